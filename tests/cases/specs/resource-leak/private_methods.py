"""What a method that a class keeps to itself raises is known as that of any other."""


class Raises:
    def __checked(self, line):
        if not line:
            raise ValueError(line)

    def load(self, path):
        # found: CWE-772
        stream = open(path)
        self.__checked(path)
        stream.close()


class RaisesFarther:
    def __parsed(self, line):
        return self.__number(line) + 1

    def __number(self, line):
        return int(line)

    def load(self, path):
        # found: CWE-772
        stream = open(path)
        number = self.__parsed(path)
        stream.close()
        return number


class Stores:
    def __note(self, path):
        self.__last = path

    def load(self, path):
        # handled: CWE-772
        stream = open(path)
        self.__note(path)
        stream.close()


class Closes:
    def __close(self, stream):
        stream.close()

    def load(self, path):
        # handled: CWE-772
        stream = open(path)
        try:
            return stream.read()
        finally:
            self.__close(stream)


class Forgets:
    def __close(self, stream):
        self.__last = stream.name

    def load(self, path):
        # found: CWE-772
        stream = open(path)
        try:
            return stream.read()
        finally:
            self.__close(stream)


class KeptPrivately:
    def __init__(self, path):
        # handled: CWE-772
        self.__stream = open(path)

    def __end(self):
        self.__stream.close()

    def close(self):
        self.__end()
