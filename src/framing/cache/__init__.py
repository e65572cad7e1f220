"""Results kept from run to run, by what they were computed from.

Whatever decides a result makes up the key under which it is kept: what was counted, every setting,
the library's own source, the versions of its packages and the kind of machine. So nothing has to be
declared out of date: what is computed from anything else has another key, and what nobody asks for
any more goes when room is needed. No running text is kept.

Nothing depends on it. A result that cannot be read, or is damaged, is computed; one that cannot be
kept is not kept. Any number of processes may share the folder without waiting for each other: a
file appears whole, under a name that says what it holds, and is never changed.
"""

from framing.cache.cache import LARGEST, LEAST, Cache
from framing.cache.place import VARIABLE, user_folder

__all__ = ["LARGEST", "LEAST", "VARIABLE", "Cache", "user_folder"]
