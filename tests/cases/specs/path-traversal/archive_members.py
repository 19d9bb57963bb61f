# threat-model: local
# path: tool.py
import os
import tarfile
import zipfile


def unzip():
    with zipfile.ZipFile("in.zip") as archive:
        for name in archive.namelist():
            # found: CWE-22
            with open(os.path.join("out", name), "wb") as out:
                out.write(archive.read(name))


def unzip_guarded():
    root = os.path.realpath("out")
    with zipfile.ZipFile("in.zip") as archive:
        for name in archive.namelist():
            target = os.path.realpath(os.path.join(root, name))
            if not target.startswith(root + os.sep):
                raise ValueError(name)
            # handled: CWE-22
            with open(target, "wb") as out:
                out.write(archive.read(name))


def unzip_not_enough():
    root = os.path.realpath("out")
    with zipfile.ZipFile("in.zip") as archive:
        for info in archive.infolist():
            target = os.path.realpath(os.path.join(root, info.filename))
            if target.startswith(root):
                # found: CWE-22
                with open(target, "wb") as out:
                    out.write(archive.read(info))


def untar():
    with tarfile.open("in.tar") as archive:
        for member in archive:
            # found: CWE-22
            os.mkdir(os.path.join("out", member.name))
            # handled: CWE-22
            os.mkdir(os.path.join("out", os.path.basename(member.name).strip(".") or "x"))
