"""Give up a function that takes too long or too much memory, and keep its prints off the notebook.

In the main thread of an ordinary Python, which is where a notebook runs its cells, an alarm looks
in from time to time. It ends a `sleep`, too, and a loop that catches every exception. Elsewhere the
function runs in a thread of its own. In the browser there are neither alarms nor threads, and so no
limit.
"""

import contextlib
import ctypes
import functools
import io
import itertools
import signal
import sys
import threading
import time

try:
    import resource
except ImportError:  # Windows
    resource = None

MEMORY = 10**9  # bytes that a function may take beyond what has been in use so far
TICK = 0.1  # seconds between two looks


class TooSlow(BaseException):
    """Raised inside a function that is given up; `except Exception` lets it pass."""


def given_up(work, seconds):
    """Call work(); return "time" or "memory" if it was given up for want of it, or ""."""
    if seconds is None or sys.platform == "emscripten":
        work()
        return ""
    main = threading.current_thread() is threading.main_thread()
    return (by_alarm if main and hasattr(signal, "setitimer") else by_thread)(work, seconds)


def by_alarm(work, seconds):
    """Call work() under an alarm; also for the stop button, which a bare `except:` would catch."""
    end, most, why, done = time.monotonic() + seconds, memory_in_use() + MEMORY, [], []
    tracing, thread, looks = sys.gettrace(), threading.get_ident(), itertools.count()

    def once_more(frame, event, argument):
        raise TooSlow

    def look(number, frame):
        if done:
            return
        if not why and number == signal.SIGINT:
            why.append("stop")
        elif not why and time.monotonic() > end:
            why.append("time")
        elif not why and memory_in_use() > most:
            why.append("memory")
        if why:
            # A bare `except:` catches this one, so the next line throws it again; or, as that
            # may not be enough, each line from here on does so at the next jump or call.
            again = functools.partial(THROW, thread, TooSlow) if next(looks) % 2 else once_more
            while frame is not None and frame.f_code is not by_alarm.__code__:
                frame.f_trace, frame = again, frame.f_back
            sys.settrace(again)
            raise TooSlow

    timer = (0.0, 0.0)
    before = {number: signal.signal(number, look) for number in (signal.SIGALRM, signal.SIGINT)}
    try:
        try:
            timer = signal.setitimer(signal.ITIMER_REAL, min(TICK, seconds), TICK)
            work()
        finally:
            sys.settrace(tracing)
            done.append(True)
    except TooSlow:
        pass
    finally:
        while True:
            try:
                sys.settrace(tracing)
                done.append(True)
                if not why:
                    break
                # The last one that was thrown may still be on its way. Taken back, it would leave a
                # mark in Python 3.11, and whoever traces instructions would wait for ever: let
                # another take its place, and come.
                throw(thread)
                while True:
                    pass
            except TooSlow:
                if done:
                    break
        signal.setitimer(signal.ITIMER_REAL, *timer)  # somebody else's, if there was one
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    if why == ["stop"]:
        raise KeyboardInterrupt
    return "".join(why)


def throw(thread):
    """Raise TooSlow in a thread at the next occasion."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TooSlow))


# The same as a function that can trace: it takes frame, event and argument besides, and ignores
# them. It has no line of Python, in which the exception would be raised instead.
THROW = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, *4 * [ctypes.py_object])(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)


def memory_in_use():
    """Return the largest number of bytes that this process has had in use so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if resource else 0
    return most if sys.platform == "darwin" else 1024 * most


def by_thread(work, seconds):
    """Call work() in a thread, which is told to end when its time is over."""

    def until_told():
        with contextlib.suppress(TooSlow):
            work()

    thread = threading.Thread(target=until_told, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # a Python without threads
        work()
        return ""
    late = True
    try:
        thread.join(seconds)
        late = thread.is_alive()
    finally:  # also when the stop button is pressed meanwhile
        end = time.monotonic() + 1
        while late and thread.is_alive() and time.monotonic() < end:
            throw(thread.ident)
            thread.join(0.02)
    return "time" if late else ""


# Prints


class Swallowed(io.StringIO):
    """An output that keeps nothing, and says afterwards whether it was `used`."""

    used = False

    def write(self, text):
        """Take the text, and forget it."""
        self.used = True
        return len(text)


class Deaf:
    """An output that does not hear some threads, which have gone on after their time."""

    def __init__(self, stream, threads):
        self.stream, self.threads = stream, set(threads)

    def write(self, text):
        """Write the text, unless it comes from one of these threads."""
        if threading.current_thread() in self.threads:
            return len(text)
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


@contextlib.contextmanager
def swallowed():
    """Swallow what is printed in the block, and after it what the block's threads print."""
    threads, output = set(threading.enumerate()), Swallowed()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            yield output
    finally:
        late = set(threading.enumerate()) - threads
        for name in ("stdout", "stderr") if late else ():
            stream = getattr(sys, name)
            if isinstance(stream, Deaf):
                stream.threads |= late
            else:
                setattr(sys, name, Deaf(stream, late))
