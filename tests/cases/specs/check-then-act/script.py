# path: scripts/prepare.py
# role: script
import os
import sys


def main():
    folder = sys.argv[1]
    # clean: CWE-367
    if not os.path.exists(folder):
        os.makedirs(folder)


if __name__ == "__main__":
    main()
