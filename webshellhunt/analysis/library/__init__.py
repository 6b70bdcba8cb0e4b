UNSOLVED = object()


def call_function(machine, names, arguments, token):
    return UNSOLVED


def call_method(machine, subject, name, arguments, token):
    return UNSOLVED


def read_property(machine, subject, name):
    return UNSOLVED


def make(machine, type, arguments, rank):
    return UNSOLVED


def constant_of(names):
    return UNSOLVED
