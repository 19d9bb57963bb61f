class C(Base, metaclass=Meta):
    x: int = 1

    def __init__(self, __p):
        super().__init__()
        self.__q = __p

    y = x
