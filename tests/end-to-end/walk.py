# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody meets who hears a window and has no mouse: where the Tab key
leads, and what a screen reader can say of it."""

import re
import time

from desktop import Keyboard

PATIENCE_SECONDS = 5
QUIET_SECONDS = 0.7
MOST_STOPS = 90
# What GTK 4.8 calls something that nobody has named.
CLASS_NAME = re.compile(r'(Gtk|Adw|Envoi|WebKit)[A-Z]\w*$')
# Of these one of several is shown, and nothing tells which.
PANES = ('GtkStackPage', 'AdwViewSwitcher')
# They hold controls; the keys lead to those.
CONTAINERS = ('scroll pane', 'list', 'page tab list')
# The window manager has keys for them.
WINDOW_BUTTONS = ('Minimize', 'Maximize', 'Close')


def describe(node):
    return f'{node.getRoleName()} "{node.name}"' if node else 'nothing'


def is_named(node):
    """A scroll pane has no name in GTK 4.8; it has the focus where a page is only read."""
    return node.getRoleName() == 'scroll pane' or (bool(node.name) and not CLASS_NAME.match(node.name))


class Walker:
    """The Tab key and the ears of a screen reader. Made after the Application."""

    def __init__(self, app):
        from gi.repository import GLib
        self.app = app
        self.context = GLib.MainContext.default()
        self.keyboard = Keyboard()
        self.focus = None
        self.n_events = 0
        app.atspi.Registry.registerEventListener(self._did_focus, 'object:state-changed:focused')

    def close(self):
        self.app.atspi.Registry.deregisterEventListener(self._did_focus, 'object:state-changed:focused')
        self.keyboard.close()

    def _did_focus(self, event):
        # The web surface's own process speaks too; its document is inside our widget.
        if event.detail1 and event.source.getApplication().name == self.app.name:
            self.focus = event.source
            self.n_events += 1

    def hear(self):
        while self.context.pending():
            self.context.iteration(False)

    def is_focused(self, node):
        return self._has_state(node, self.app.atspi.STATE_FOCUSED)

    def _has_state(self, node, state):
        return node.getState().contains(state)

    def press(self, *names):
        """Presses keys and returns what has the focus then, or None if nothing has."""
        self.hear()
        n_before = self.n_events
        self.keyboard.press(*names)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.n_events == n_before and time.monotonic() < deadline:
            self.hear()
            time.sleep(0.005)
        is_same = self.n_events == n_before
        if is_same and not (self.focus and self.is_focused(self.focus)):
            return None
        return self.focus

    def settle(self):
        """Until the focus moves no more, after keys that may move it or not."""
        n_events, quiet = self.n_events, time.monotonic() + QUIET_SECONDS
        while time.monotonic() < quiet:
            self.hear()
            time.sleep(0.005)
            if self.n_events != n_events:
                n_events, quiet = self.n_events, time.monotonic() + QUIET_SECONDS

    def go_round(self, key='Tab'):
        """Presses Tab until the focus is where it was before. Returns all it stopped at,
        with None at the end if it was lost."""
        stops = []
        while len(stops) < MOST_STOPS:
            stop = self.press(key)
            if stop in stops:
                return stops
            stops.append(stop)
            if stop is None:
                return stops
        raise AssertionError(f'{MOST_STOPS} times Tab did not lead back')

    def go_to(self, name):
        """Presses Tab until the focus is at what is called so."""
        for _ in range(MOST_STOPS):
            stop = self.press('Tab')
            if stop and name in stop.name:
                return stop
        raise AssertionError(f'{MOST_STOPS} times Tab did not lead to "{name}"')

    def _is_control(self, node):
        return self._has_state(node, self.app.atspi.STATE_FOCUSABLE) and \
            self._has_state(node, self.app.atspi.STATE_SENSITIVE) and \
            node.getRoleName() not in CONTAINERS and node.name not in WINDOW_BUTTONS

    def _is_laid_out(self, node):
        component = node.get_component_iface()
        size = component.get_size() if component else None
        return size is None or (size.x > 0 and size.y > 0)

    def _look_below(self, node, stops):
        """Whether a stop is at or below @node, and the controls there that are none."""
        if node in stops:
            return True, []
        if not self._is_laid_out(node):
            return False, []
        is_reached = False
        missed = []
        for child in list(node):
            if child is not None:
                below, more = self._look_below(child, stops)
                is_reached = is_reached or below
                missed.extend(more)
        if node.getRoleName() == 'list' and is_reached:  # The arrow keys go on from there.
            missed = [one for one in missed if one.getRoleName() != 'list item']
        if node.name in PANES and not is_reached:
            missed = []
        if not is_reached and self._is_control(node):
            missed = [node]
        return is_reached, missed

    def find_missed(self, window, stops):
        """The controls of @window that are drawn and that no @stops led to."""
        return self._look_below(window, stops)[1]
