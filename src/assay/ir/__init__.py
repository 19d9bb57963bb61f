"""The intermediate representation: operations, control-flow graphs and their text form."""
