# path: depot/defaults.py
import os


def rows_of(table: dict[str, tuple[int, ...]], key: str) -> int:
    rows = table.get(key, ())
    if rows:
        print("some")
    total = 0
    for row in rows:
        total += row.bit_length()
    return total


def names_of(table: dict[str, list[str]], key: str) -> None:
    names = table.setdefault(key, [])
    if not names:
        print("none")
    names.append(key)


def home(name: str) -> str:
    folder = os.environ.get(name, "")
    if not folder:
        print("no such variable")
    return folder.strip()


def path_of(name: str) -> list[str]:
    path = os.getenv(name, default="/bin")
    if path:
        print(path)
    return path.split(":")


def taken(table: dict[str, list[str]], key: str) -> None:
    found = table.pop(key, [])
    if not found:
        print("none")
    found.append(key)


def none_by_default(table: dict[str, list[str]], key: str) -> None:
    found = table.get(key)
    if not found:
        print("none")
    # found: CWE-476
    found.append(key)


def none_given(table: dict[str, list[str]], key: str) -> None:
    found = table.get(key, None)
    if not found:
        print("none")
    # found: CWE-476
    found.append(key)


def none_tested(table: dict[str, list[str]], key: str) -> None:
    # handled: CWE-476
    found = table.get(key, None)
    if not found:
        return
    found.append(key)
