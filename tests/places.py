"""Programs and files of a folder, for tests that make one."""

from __future__ import annotations

import os

from assay.program.modules import Module
from assay.program.program import Program
from assay.source.collect import Collected
from assay.source.door import Door
from assay.source.file import SourceFile, read_file


def program_in(folder: str | os.PathLike[str]) -> Program:
    """A program whose files lie in a folder."""
    return Program(Door.of_folder(folder))


def module_in(folder: str | os.PathLike[str], path: str | os.PathLike[str]) -> Module:
    """A file of a folder as a module of a program of its own."""
    program = program_in(folder)
    return program.read(program.door.place(path))


def source_in(folder: str | os.PathLike[str], name: str, reported: str = "") -> SourceFile:
    """A file of a folder, read and parsed."""
    door = Door.of_folder(folder)
    return read_file(door, door.place(os.path.join(folder, name)), reported or name)


def collected_in(door: Door, path: str | os.PathLike[str], reported: str) -> Collected:
    """A file as a run would have found it."""
    place = door.place(path)
    return Collected(place, reported, False, door.look(place).size)
