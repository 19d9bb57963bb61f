# only: resource-leak, weak-hash, unused-suppression
import hashlib


def used(path):
    # clean: CWE-1116
    # assay: ignore[resource-leak] -- the process ends at once
    # found: CWE-772
    stream = open(path)
    return 1


def used_by_number(path):
    # found: CWE-772
    # clean: CWE-1116
    stream = open(path)  # assay: ignore[CWE-772] -- the process ends at once
    return 1


def mended(path):
    # found: CWE-1116
    return path.upper()  # assay: ignore[resource-leak] -- closed by the caller


def one_of_two(path):
    # found: CWE-772
    # found: CWE-1116
    stream = open(path)  # assay: ignore[resource-leak, weak-hash] -- the process ends at once
    return 1


def of_a_rule_that_is_not_judged(path):
    return path  # assay: ignore[sql-injection] -- who knows


def by_a_range(path):
    # clean: CWE-1116
    # assay: disable[resource-leak] -- the process ends at once
    # found: CWE-772
    stream = open(path)
    # assay: enable[resource-leak]
    # found: CWE-1116
    # assay: disable[resource-leak] -- the process ends at once
    data = path.upper()
    # assay: enable[resource-leak]
    return data


def of_another_tool(path):
    return path  # nosec B602  # noqa: S602


def in_a_string(path):
    return "# assay: ignore[resource-leak] -- no comment"


def on_the_wrong_line(path):
    # found: CWE-1116
    # assay: ignore[resource-leak] -- the process ends at once
    name = path.upper()
    # found: CWE-772
    stream = open(name)
    return 1


def of_many_lines(path):
    # found: CWE-772
    stream = open(
        path,
        # clean: CWE-1116
        "rb",  # assay: ignore[resource-leak] -- the process ends at once
    )
    return 1


def behind_many_lines(path):
    # found: CWE-772
    stream = open(
        path,
        "rb",
    # clean: CWE-1116
    )  # assay: ignore[resource-leak] -- the process ends at once
    return 1


def in_a_table(path):
    return {
        # found: CWE-1116
        "name": path,  # assay: ignore[resource-leak] -- the process ends at once
        # found: CWE-772
        "size": len(open(path).read()),
        # found: CWE-772
        # clean: CWE-1116
        "kind": len(open(path).read()),  # assay: ignore[resource-leak] -- ends at once
    }


def above_a_comment(path):
    # clean: CWE-1116
    # assay: ignore[resource-leak] -- the process ends at once
    # It is read later.
    # found: CWE-772
    stream = open(path)
    return 1


def of_the_head_alone(path):
    # found: CWE-1116
    if path:  # assay: ignore[resource-leak] -- the process ends at once
        # found: CWE-772
        stream = open(path)
    return 1
