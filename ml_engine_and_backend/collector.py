"""Python's garbage collector while the process starts, and once it serves."""

import gc


def pause_collector() -> None:
    """Collect nothing while modules are imported: what they make stays."""
    gc.disable()


def resume_collector() -> None:
    """Collect from now on, but never look again at what is there already.

    That is all that was imported and loaded, some hundred thousand objects that each full
    collection would walk in vain. They are still freed when the last reference to them goes; only
    circles among them are not.
    """
    gc.freeze()
    gc.enable()
