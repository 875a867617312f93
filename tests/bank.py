"""What the banks of answers, `bank_…`, are made with."""


def bank():
    """Return a list of answers, and the decorators that put right and wrong ones into it.

    An answer is (exercise, function, cause, style, says): of a right one the style, of a wrong one
    the cause, and patterns of which one stands in a message that names it.
    """
    answers = []

    def right(exercise, style):
        return lambda function: kept(function, exercise, None, style, ())

    def wrong(exercise, cause, *says):
        return lambda function: kept(function, exercise, cause, "", says)

    def kept(function, exercise, *others):
        answers.append((exercise, function, *others))
        return function

    return answers, right, wrong
