// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tables: made, grown, shrunk and walked through. A table is seen as a grid, so
// that cells over several rows or columns, as spreadsheets paste them, keep
// their place. It is replaced as a whole: one step for undo.
'use strict';

(() => {
  // What a new cell takes from the one beside it.
  const LOOKS = ['style', 'align', 'valign', 'bgcolor'];

  const makeTable = (rows, columns) => {
    const cell = `<td style="${envoi.CELL_STYLE}"><br></td>`;
    const row = `<tr>${cell.repeat(columns)}</tr>`;
    return '<table cellspacing="0" style="border-collapse: collapse; width: 100%">' +
      `<tbody>${row.repeat(rows)}</tbody></table>`;
  };

  const lastTable = before => [...document.body.querySelectorAll('table')].find(table => !before.has(table));

  envoi.insertTable = (rows, columns) => {
    const before = new Set(document.body.querySelectorAll('table'));
    envoi.insert(`${makeTable(rows, columns)}<div><br></div>`);
    const table = lastTable(before);
    if (table)
      envoi.placeCaret(table.rows[0].cells[0]);
  };

  // grid[row][column] is the cell that covers this place.
  const makeGrid = table => {
    const grid = [...table.rows].map(() => []);
    for (const [y, row] of [...table.rows].entries()) {
      let x = 0;
      for (const cell of row.cells) {
        while (grid[y][x])
          x++;
        const bottom = Math.min(grid.length, y + cell.rowSpan);
        for (let j = y; j < bottom; j++) {
          for (let i = x; i < x + cell.colSpan; i++)
            grid[j][i] = cell;
        }
      }
    }
    return grid;
  };

  const findPlace = (grid, cell) => {
    for (const [y, row] of grid.entries()) {
      if (row.includes(cell))
        return [y, row.indexOf(cell)];
    }
    return [0, 0];
  };

  const makeCell = like => {
    const cell = document.createElement(like?.nodeName === 'TH' ? 'th' : 'td');
    for (const name of LOOKS) {
      if (like?.hasAttribute(name))
        cell.setAttribute(name, like.getAttribute(name));
    }
    cell.style.removeProperty('width');
    cell.style.removeProperty('height');
    cell.innerHTML = '<br>';
    return cell;
  };

  const span = (cell, name, change) => {
    cell[name] += change;
    if (cell[name] === 1)
      cell.removeAttribute(name);
  };

  const addRow = (table, grid, at) => {
    const near = grid[Math.min(at, grid.length - 1)];
    const row = table.insertRow(at);
    const grown = new Set();
    for (const [x, like] of near.entries()) {
      const above = grid[at - 1]?.[x];
      if (above && above === grid[at]?.[x]) {
        if (!grown.has(above))
          span(above, 'rowSpan', 1);
        grown.add(above);
      } else {
        row.append(makeCell(like));
      }
    }
  };

  const addColumn = (table, grid, at) => {
    const grown = new Set();
    for (const [y, line] of grid.entries()) {
      const left = line[at - 1];
      const right = line[at];
      if (left && left === right) {
        if (!grown.has(left))
          span(left, 'colSpan', 1);
        grown.add(left);
        continue;
      }
      // The next cell that begins in this row, not one that hangs down into it.
      const next = line.slice(at).find(cell => cell?.parentElement === table.rows[y]);
      table.rows[y].insertBefore(makeCell(left ?? right), next ?? null);
    }
  };

  const removeRow = (table, grid, at) => {
    for (const cell of new Set(grid[at])) {
      if (cell?.rowSpan > 1 && cell.parentElement === table.rows[at]) {
        const after = grid[at + 1]?.slice(grid[at].lastIndexOf(cell) + 1)
          .find(other => other?.parentElement === table.rows[at + 1]);
        span(cell, 'rowSpan', -1);
        table.rows[at + 1]?.insertBefore(cell, after ?? null);
      } else if (cell?.rowSpan > 1) {
        span(cell, 'rowSpan', -1);
      }
    }
    table.deleteRow(at);
  };

  const removeColumn = (grid, at) => {
    for (const cell of new Set(grid.map(line => line[at]))) {
      if (cell?.colSpan > 1)
        span(cell, 'colSpan', -1);
      else
        cell?.remove();
    }
  };

  const toggleHeader = table => {
    const makesHeader = [...table.rows[0].cells].some(cell => cell.nodeName === 'TD');
    for (const cell of [...table.rows[0].cells]) {
      const other = document.createElement(makesHeader ? 'th' : 'td');
      for (const name of cell.getAttributeNames())
        other.setAttribute(name, cell.getAttribute(name));
      other.append(...cell.childNodes);
      cell.replaceWith(other);
    }
  };

  // Each gives back the place of the caret in the changed grid.
  const CHANGES = {
    'add-row-above': (table, grid, y, x) => { addRow(table, grid, y); return [y, x]; },
    'add-row': (table, grid, y, x) => { addRow(table, grid, y + 1); return [y + 1, x]; },
    'add-column-before': (table, grid, y, x) => { addColumn(table, grid, x); return [y, x]; },
    'add-column': (table, grid, y, x) => { addColumn(table, grid, x + 1); return [y, x + 1]; },
    'remove-row': (table, grid, y, x) => { removeRow(table, grid, y); return [Math.max(0, y - 1), x]; },
    'remove-column': (table, grid, y, x) => { removeColumn(grid, x); return [y, Math.max(0, x - 1)]; },
    'toggle-header': (table, grid, y, x) => { toggleHeader(table); return [y, x]; },
    'remove-table': table => { table.replaceChildren(); return [0, 0]; },
  };

  envoi.changeTable = change => {
    const cell = envoi.closest('td, th');
    const table = cell?.closest('table');
    if (!table)
      return;
    const copy = table.cloneNode(true);
    const [y, x] = findPlace(makeGrid(table), cell);
    const [row, column] = CHANGES[change](copy, makeGrid(copy), y, x);
    const before = new Set(document.body.querySelectorAll('table'));
    if (!copy.rows.length || !copy.querySelector('td, th')) {
      envoi.select(table);
      document.execCommand('delete');
      return;
    }
    envoi.exchange(table, copy.outerHTML);
    const changed = lastTable(before);
    const target = changed && makeGrid(changed)[row]?.[column];
    if (target)
      envoi.placeCaret(target);
  };

  envoi.moveInTable = isBack => {
    const cell = envoi.closest('td, th');
    if (!cell)
      return false;
    const cells = [...cell.closest('table').querySelectorAll('td, th')];
    const next = cells[cells.indexOf(cell) + (isBack ? -1 : 1)];
    if (next) {
      envoi.placeCaret(next, true);
    } else if (!isBack) {
      envoi.changeTable('add-row');
      const rows = envoi.closest('table')?.rows;
      if (rows?.length && rows[rows.length - 1].cells.length)
        envoi.placeCaret(rows[rows.length - 1].cells[0]);
    }
    return true;
  };
})();
