"""What the programs of these tests have in common."""

import urllib.request

import doorstep


class Keys(doorstep.KeyStore):
    """Keeps the key as long as the program runs."""

    def __init__(self, key=None):
        self.key = key

    def load(self):
        return self.key

    def save(self, key):
        self.key = key

    def delete(self):
        self.key = None


def tell(server, lie):
    """Tells the server that lies what to answer exchanges from now on."""
    with urllib.request.urlopen(f"{server}/lie/{lie}") as answer:
        assert answer.status == 204
