#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""drag-source.py FILE...: a small window, as a file manager's, from which the files can be dragged. It ends with the
drag, and says by its status whether somebody took them."""

import sys

import gi

gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, Gio, GObject, Gtk  # noqa: E402

SIDE = 160


def begin(app):
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in sys.argv[1:]])
    value = GObject.Value(Gdk.FileList.__gtype__, files)
    source = Gtk.DragSource(content=Gdk.ContentProvider.new_for_value(value), actions=Gdk.DragAction.COPY)
    source.connect('drag-cancel', lambda *_: sys.exit(1))
    source.connect('drag-end', lambda *_: app.quit())
    window = Gtk.ApplicationWindow(application=app, title='Files', decorated=False)
    label = Gtk.Label(label='Drag me', width_request=SIDE, height_request=SIDE)
    label.add_controller(source)
    window.set_child(label)
    window.present()


app = Gtk.Application(application_id='io.github.envoi_mail.DragSource')
app.connect('activate', begin)
sys.exit(app.run([]))
