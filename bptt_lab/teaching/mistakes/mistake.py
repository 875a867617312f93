"""What a mistake is."""

from typing import NamedTuple

from ...arguments import require_one_of


class Mistake(NamedTuple):
    """One fault, and how to recognise it.

    `id` names it in code and never changes; all prose may. `wrong` has, by the name of the
    exercise that it spoils, the wrong function. `name` says what was done, `seen` what one sees
    from outside, `look` where to look. `missed` names the settings of a gradient check, keys of
    `SETTINGS`, that cannot see it (only for a wrong ``"backward"``).
    """

    id: str
    name: str
    wrong: dict
    seen: str
    look: str
    missed: tuple = ()

    def function(self, exercise="backward"):
        """Return a new copy of the wrong function; some remember what happened in earlier calls."""
        wrong = self.wrong[require_one_of("exercise", exercise, self.wrong)]
        return wrong() if isinstance(wrong, type) else wrong
