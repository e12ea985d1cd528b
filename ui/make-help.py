#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-help.py GUIDE TARGET: makes the help in the program out of the guide in docs, so that both say the same.

A section becomes a group, and what stands in it rows: paragraphs, the points of a list, the lines of a table, commands.
The guide's own contents, before its first section, are left out: the window is searched instead."""

import html
import pathlib
import re
import sys

ROW = '''\
            <child>
              <object class="AdwPreferencesRow">
                <property name="title">{title}</property>
                <property name="activatable">False</property>
                <property name="child">
                  <object class="GtkLabel">
                    <property name="label">{markup}</property>
                    <property name="use-markup">True</property>
                    <property name="wrap">True</property>
                    <property name="wrap-mode">word-char</property>
                    <property name="xalign">0</property>
                    <property name="selectable">{selectable}</property>
                    <property name="can-focus">{selectable}</property>
                    <property name="margin-top">9</property>
                    <property name="margin-bottom">9</property>
                    <property name="margin-start">12</property>
                    <property name="margin-end">12</property>
                  </object>
                </property>
                <accessibility>
                  <property name="label">{name}</property>
                </accessibility>
              </object>
            </child>
'''
GROUP = '''\
        <child>
          <object class="AdwPreferencesGroup">
            <property name="title">{title}</property>
{rows}          </object>
        </child>
'''
PAGE = '''\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by make-help.py -->
<interface>
  <object class="AdwPreferencesPage" id="page">
{groups}  </object>
</interface>
'''
WIDE = r'[\u2e80-\uffef“”‘’]'


def make_markup(text):
    """Pango's markup of a line of Markdown."""
    text = html.escape(text, quote=False)
    text = re.sub(r'`([^`]+)`', r'<tt>\1</tt>', text)
    text = re.sub(r'\*\*([^*]+)\*\*', r'<b>\1</b>', text)
    text = re.sub(r'\*([^*]+)\*', r'<i>\1</i>', text)
    text = re.sub(r'\[([^\]]+)\]\((https?://[^)]+)\)', r'<a href="\2">\1</a>', text)
    return re.sub(r'\[([^\]]+)\]\([^)]+\)', r'\1', text)


def make_row(markup, is_selectable=False):
    plain = html.unescape(re.sub(r'<[^>]+>', '', markup)).replace('\n', ' ')
    # A row's title is markup too, the name that is heard is not.
    return ROW.format(title=html.escape(html.escape(plain, quote=False)), name=html.escape(plain),
                      markup=html.escape(markup), selectable=is_selectable)


def join(lines):
    """One paragraph; Chinese has no space where a line was broken."""
    text = ' '.join(line.strip() for line in lines)
    return re.sub(f'(?<={WIDE}) (?=[*`]*{WIDE})', '', text)


def make_table_row(line):
    cells = [cell.strip() for cell in line.strip('|').split('|')]
    return make_row('\n'.join([f'<b>{make_markup(cells[0])}</b>', *map(make_markup, cells[1:])]))


def make_rows(block):
    lines = block.split('\n')
    if lines[0].startswith('|'):
        return [make_table_row(line) for line in lines[2:]]
    if lines[0].startswith('    '):
        return [make_row('<tt>' + html.escape('\n'.join(line[4:] for line in lines), quote=False) + '</tt>', True)]
    if lines[0].startswith('- '):
        points = re.split(r'\n?^- ', block, flags=re.MULTILINE)[1:]
        return [make_row('• ' + make_markup(join(point.split('\n')))) for point in points]
    return [make_row(make_markup(join(lines)))]


def make_group(section):
    title, body = section.split('\n', 1)
    blocks = [block.strip('\n') for block in re.split(r'\n\s*\n', body) if block.strip()]
    rows = ''.join(row for block in blocks for row in make_rows(block))
    return GROUP.format(title=html.escape(title.strip()), rows=rows)


def main(guide, target):
    sections = re.split(r'^## ', pathlib.Path(guide).read_text(encoding='utf-8'), flags=re.MULTILINE)[1:]
    page = PAGE.format(groups=''.join(map(make_group, sections)))
    pathlib.Path(target).write_text(page, encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
