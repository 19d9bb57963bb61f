# only: resource-leak, expired-suppression


def expired(path):
    # found: CWE-1116
    # assay: ignore[resource-leak] until=2020-06-30 -- the pool comes in summer
    # found: CWE-772
    stream = open(path)
    return 1


def holds(path):
    # clean: CWE-1116
    # assay: ignore[resource-leak] until=2999-12-31 -- the pool comes in summer
    # found: CWE-772
    stream = open(path)
    return 1


def mended(path):
    # clean: CWE-1116
    return path.upper()  # assay: ignore[resource-leak] until=2020-06-30 -- see above


def a_last_day_of_a_leap_year(path):
    # found: CWE-1116
    # found: CWE-772
    stream = open(path)  # assay: ignore[resource-leak] until=2020-02-29 -- see above
    return 1


def by_number(path):
    # found: CWE-1116
    # found: CWE-772
    stream = open(path)  # assay: ignore[CWE-772] until=2020-02-28 see above
    return 1


def one_of_two(path):
    # found: CWE-1116
    # assay: ignore[CWE-772] until=2020-02-28 -- see above
    # clean: CWE-1116
    # assay: ignore[CWE-404] until=2999-02-28 -- see above
    # found: CWE-772
    stream = open(path)
    return 1


def of_a_range(path):
    # found: CWE-1116
    # assay: disable[resource-leak] until=2020-02-28 -- see above
    # found: CWE-772
    stream = open(path)
    # found: CWE-772
    other = open(path)
    # assay: enable[resource-leak]
    return 1


def of_a_range_that_holds(path):
    # clean: CWE-1116
    # assay: disable[resource-leak] until = 2999-02-28 -- see above
    # found: CWE-772
    stream = open(path)
    # assay: enable[resource-leak]
    return 1


def without_a_day(path):
    # found: CWE-772
    stream = open(path)  # assay: ignore[resource-leak] -- the process ends at once
    return 1


# found: CWE-1116
# assay: file-ignore[resource-leak] until=2020-02-28 -- the whole of it
# clean: CWE-1116
# assay: file-ignore[weak-hash] until=2020-02-28 -- nothing of that is here
# clean: CWE-1116
# assay: file-ignore[CWE-775] until=2999-02-28 -- the whole of it


def malformed(path):
    return path  # assay: ignore[resource-leak] until=2020-02-28
