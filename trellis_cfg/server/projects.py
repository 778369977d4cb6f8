"""The settings and the code that a config is checked with, as they are now."""

import os
from typing import NamedTuple

from trellis_cfg.baseline import Baseline
from trellis_cfg.errors import SettingsError
from trellis_cfg.files.discovery import ConfigFile, Exclude
from trellis_cfg.files.reading import Stamps
from trellis_cfg.lint.fast.shapes import keep_learned
from trellis_cfg.lint.options import LintOptions
from trellis_cfg.lint.project import LintArguments, build_lint_options, load_known
from trellis_cfg.settings import Settings, list_candidates, load_settings
from trellis_cfg.source import find_checkout_above, forget_checkouts, get_reading


class Project(NamedTuple):
    """The settings of a folder; ``error`` says why they cannot be used.

    ``stamps`` are the states of the files that they are in, and of those that they name.
    """

    settings: Settings
    options: LintOptions
    stamps: Stamps
    known: Baseline | None = None
    error: SettingsError | None = None

    def find_file(self, path: str) -> ConfigFile | None:
        """Return the file as ``check`` takes it; None if the settings leave it out."""
        settings = self.settings
        if Exclude(settings.exclude, settings.root).leaves_out_below(path):
            return None
        listed = (os.path.join(settings.root, name) for name in settings.paths)
        return ConfigFile(path, named=path in map(os.path.abspath, listed))


class Projects:
    """The projects of the configs that are open; nothing of them is read twice, unless it changes.

    ``generation`` counts the changes.
    """

    def __init__(self) -> None:
        """Know none."""
        self.generation = 0
        self._projects: dict[str, Project] = {}
        self._options: dict[str, LintOptions] = {}

    def load(self, path: str) -> tuple[Project, LintOptions]:
        """Return the project of the config at a path, whose folder has it, and its options."""
        folder = os.path.dirname(path)
        if folder not in self._projects:
            self._projects[folder] = _load(folder)
        project = self._projects[folder]
        if path not in self._options:
            self._options[path] = project.options.for_file(path)
        return project, self._options[path]

    def leave(self, path: str) -> None:
        """Follow the code for the config at a path no longer, and forget what no other has."""
        options = self._options.pop(path, None)
        used = {each.checkouts for each in self._options.values()} | {None}
        if options and options.checkouts not in used:
            self._forget()

    def refresh(self) -> None:
        """Forget what has changed since it was read."""
        changed = [folder for folder, each in self._projects.items() if each.stamps.has_changed]
        for folder in changed:
            del self._projects[folder]
        if self._has_changed_checkout() or changed:
            self._forget()

    def _forget(self) -> None:
        """Read all code again; what was learned of it would keep it in memory."""
        keep_learned()
        forget_checkouts()
        self._options.clear()
        self.generation += 1

    def _has_changed_checkout(self) -> bool:
        """Return whether a config has another checkout now, or the code of one has changed."""
        find_checkout_above.cache_clear()
        for path, options in self._options.items():
            project = self._projects.get(os.path.dirname(path))
            finder = project.options.checkouts if project else None
            if (finder.checkout(path) if finder else None) != options.checkout:
                return True
        checkouts = {each.checkout for each in self._options.values()}
        return any(get_reading(each).stamps.has_changed for each in checkouts if each)


def _load(folder: str) -> Project:
    """Return the project of a folder, or the error in its settings; "" has none."""
    stamps = Stamps()
    if not folder:
        return Project(Settings(), LintOptions(), stamps)
    any(os.path.exists(stamps.note(path)) for path in list_candidates(folder))
    settings, options, known, error = Settings(), LintOptions(), None, None
    try:
        settings = load_settings(folder)
        folders, migrations = settings.source, settings.migrations
        names = folders if isinstance(folders, tuple) else (folders,)
        for name in (*names, settings.schema, settings.baseline, migrations):
            if name and isinstance(name, str):
                stamps.note(os.path.join(os.path.dirname(settings.file), name))
        options = build_lint_options(LintArguments(), settings)
        known = load_known(settings)
    except SettingsError as problem:
        error = problem
    return Project(settings, options, stamps, known, error)
