"""Names and values of credentials, one by one: what counts and what does not."""

import pytest

from assay.source.credentials import Grade, Strength, grade, known_format, strength


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", Strength.PASSWORD),
        ("DB_PASSWORD", Strength.PASSWORD),
        ("adminPassword1", Strength.PASSWORD),
        ("smtp_pass", Strength.PASSWORD),
        ("password_default", Strength.PASSWORD),
        ("SECRET_KEY", Strength.KEY),
        ("aws_secret_access_key", Strength.KEY),
        ("apiKey", Strength.KEY),
        ("client_secret", Strength.KEY),
        ("auth_token", Strength.TOKEN),
        ("password_field", Strength.NOTHING),
        ("password_hash", Strength.NOTHING),
        ("public_key", Strength.NOTHING),
        ("next_token", Strength.NOTHING),
        ("token_type", Strength.NOTHING),
        ("bypass", Strength.NOTHING),
        ("second_pass", Strength.NOTHING),
        ("key", Strength.NOTHING),
        ("compass", Strength.NOTHING),
        ("", Strength.NOTHING),
    ],
)
def test_strength_of_a_name(name: str, expected: Strength) -> None:
    assert strength(name) is expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "password",
        "Password:",
        "Enter your password",
        "changeme",
        "<password>",
        "xxxxxxxx",
        "********",
        "your-api-key",
        "${DB_PASSWORD}",
        "%(password)s",
        "{password}",
        "NextToken",
        "Bearer",
        "token_type",
        "SHOP_DB_PASSWORD",
        "/etc/shop/password",
        "https://example.com/login",
        r"^\w{8,}$",
        "--password",
        "shop.auth.Password",
        "Passwords do not match.",
        "sha256",
        "пароль",
        "two\nlines",
        "fakepassword",
    ],
)
def test_a_value_that_is_no_credential(value: str) -> None:
    assert grade(value, "password") is Grade.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("tiger", Grade.WORD),
        ("hunter2", Grade.COMPLEX),
        ("s3cr3t-pa55", Grade.COMPLEX),
        ("password123", Grade.COMPLEX),
        ("9f86d081884c7d659a2feaa0c55ad015", Grade.RANDOM),
        ("wJalrXUtnFEMI7K7MDENGbPxRfiCY8q1", Grade.RANDOM),
    ],
)
def test_a_value_that_may_be_one(value: str, expected: Grade) -> None:
    assert grade(value, "password") is expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("AKIA" + "QZ7XLMWP3RTNVK2D", "AWS access key"),
        ("ghp" + "_R8tKq2ZxVb7NwYc5LmPd3HsJf9GaTe6UoX1i", "GitHub token"),
        ("https://shop:hunter22@api.example.com/", "URL with a password"),
        ("Server=db;User Id=shop;Pwd=hunter22;", "connection string with a password"),
    ],
)
def test_known_formats(value: str, name: str) -> None:
    found = known_format(value)
    assert found is not None
    assert found.format.name == name


@pytest.mark.parametrize(
    "value",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "x" * 36,
        "https://user:password@host/",
        "https://{user}:{password}@host/",
        "http://localhost:8080/a@b",
        "Server=db;User Id=shop;Pwd={0};",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_formats_without_a_secret(value: str) -> None:
    assert known_format(value) is None
