import os


def written_well(path):
    # clean: CWE-1116
    os.remove(path)  # assay: ignore[check-then-act] -- nobody else is there
    # clean: CWE-1116
    os.remove(path)  # assay: ignore[CWE-367, resource-leak] until=2999-12-31 -- ticket #12
    # clean: CWE-1116
    os.remove(path)  # noqa: E501  # assay: ignore[check-then-act] nobody else is there
    # clean: CWE-1116
    # assay: disable[check-then-act] -- nobody else is there
    os.remove(path)
    # assay: enable[check-then-act]


# clean: CWE-1116
# assay: ignore[CWE-367] until=2999-12-31 -- which stands alone


# clean: CWE-1116
# assay: file-ignore[weak-hash] -- sums of downloads


def no_rule(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignore
    # found: CWE-1116
    os.remove(path)  # assay: ignore[] -- nobody else is there
    # found: CWE-1116
    os.remove(path)  # assay: ignore -- nobody else is there


def no_such_rule(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignore[check-than-act] -- nobody else is there
    # found: CWE-1116
    os.remove(path)  # assay: ignore[CWE-999999] -- nobody else is there


def no_reason(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignore[check-then-act]
    # found: CWE-1116
    os.remove(path)  # assay: ignore[check-then-act] -- ...


def no_day(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignore[check-then-act] until=2026-02-30 -- nobody else is there
    # found: CWE-1116
    os.remove(path)  # assay: ignore[check-then-act] until=soon -- nobody else is there


def no_such_word(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignor[check-then-act] -- nobody else is there


def half_a_range(path):
    # found: CWE-1116
    # assay: disable[check-then-act] -- nobody else is there
    os.remove(path)
    # found: CWE-1116
    # assay: enable[resource-leak]


def about_comments(path):
    # found: CWE-1116
    os.remove(path)  # assay: ignore[unused-suppression] -- it may be


def prose(path):
    # Assay: the sample is diluted first.
    # assay: enable the pump, then wait
    return "# assay: ignore"
