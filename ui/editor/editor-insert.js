// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is put into a letter: pasted text, links, pictures, tables, and the
// short marks that become lists and headings. Each is one step for undo, so
// everything goes through the engine's own insertHTML.
'use strict';

(() => {
  const MAX_PICTURE_WIDTH = 600;
  const CELL_STYLE = 'border: 1px solid #c0bfbc; padding: 4px 8px; vertical-align: top';
  const MARKERS = {
    '-': ['insertUnorderedList'],
    '*': ['insertUnorderedList'],
    '1.': ['insertOrderedList'],
    '1)': ['insertOrderedList'],
    '#': ['style', 'h1'],
    '##': ['style', 'h2'],
    '###': ['style', 'h3'],
    '>': ['quote'],
  };
  const STRUCTURE = 'b, strong, i, em, u, s, a, ul, ol, li, table, tbody, thead, tr, td, th, blockquote, pre, ' +
    'code, h1, h2, h3, h4, h5, h6, img, hr, br, div, p, sub, sup';

  const parse = html => new DOMParser().parseFromString(html, 'text/html').body;

  const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

  const insert = html => {
    document.body.focus();
    document.execCommand('insertHTML', false, html);
  };

  const simplify = root => {
    for (const element of [...root.querySelectorAll('*')].reverse()) {
      if (!element.matches(STRUCTURE)) {
        element.replaceWith(...element.childNodes);
        continue;
      }
      const isCell = element.matches('td, th');
      element.removeAttribute('style');
      for (const name of ['align', 'bgcolor', 'color', 'face', 'size'])
        element.removeAttribute(name);
      if (isCell)
        element.setAttribute('style', CELL_STYLE);
    }
  };

  const hasFormatting = root =>
    root.querySelector('[style], font, table, h1, h2, h3, h4, h5, h6, blockquote, pre') !== null;

  // Pictures inside pasted HTML become parts of the letter: @makeId names them.
  envoi.takePictures = html => {
    const root = parse(html);
    const pictures = [];
    for (const image of root.querySelectorAll('img')) {
      const match = /^data:(image\/(?:png|jpeg|gif|webp));base64,([\s\S]+)$/.exec(image.getAttribute('src') ?? '');
      if (match) {
        const id = `${crypto.randomUUID?.() ?? String(Math.random()).slice(2)}@envoi`;
        pictures.push({ id, type: match[1], data: match[2].replace(/\s/g, '') });
        image.setAttribute('src', `cid:${id}`);
      }
    }
    return { html: root.innerHTML, pictures };
  };

  // @html is clean already. Returns whether there is formatting worth a question.
  envoi.paste = (html, isSimple) => {
    const root = parse(html);
    envoi.tidy(root);
    if (isSimple)
      simplify(root);
    envoi.prepare(root);
    insert(root.innerHTML);
    return hasFormatting(root);
  };

  envoi.pasteText = text => {
    document.body.focus();
    const lines = text.replace(/\r\n?/g, '\n').replace(/\0/g, '').split('\n');
    if (lines.length === 1)
      document.execCommand('insertText', false, lines[0]);
    else
      insert(lines.map(line => `<div>${escape(line).replace(/ {2}/g, ' \u00a0') || '<br>'}</div>`).join(''));
  };

  // The last paste once more, in another form.
  envoi.pasteAgain = (html, text, isSimple) => {
    document.execCommand('undo');
    if (isSimple)
      envoi.paste(html, true);
    else
      envoi.pasteText(text);
  };

  envoi.getLink = () => {
    const link = envoi.closest('a[href]');
    if (link)
      return { text: link.textContent, href: link.getAttribute('href') };
    return { text: window.getSelection().toString(), href: '' };
  };

  // Puts @text in the place of the selection and selects it.
  const replaceSelection = text => {
    document.execCommand('insertText', false, text);
    const selection = window.getSelection();
    const caret = selection.getRangeAt(0);
    if (caret.endContainer.nodeType === Node.TEXT_NODE && caret.endOffset >= text.length)
      caret.setStart(caret.endContainer, caret.endOffset - text.length);
    selection.removeAllRanges();
    selection.addRange(caret);
  };

  envoi.setLink = (href, text) => {
    document.body.focus();
    const link = envoi.closest('a[href]');
    const selection = window.getSelection();
    if (link)
      envoi.select(link, true);
    if (!href) {
      document.execCommand('unlink');
      return;
    }
    if (selection.isCollapsed || selection.toString() !== text)
      replaceSelection(text || href);
    document.execCommand('createLink', false, href);
    selection.collapseToEnd();
  };

  const fitPicture = image => {
    const width = Math.min(image.naturalWidth, MAX_PICTURE_WIDTH);
    if (width && !image.hasAttribute('width')) {
      image.setAttribute('width', width);
      image.setAttribute('height', Math.round(image.naturalHeight * width / image.naturalWidth));
    }
  };

  envoi.insertPicture = (id, name) => {
    insert(`<img src="cid:${escape(id)}" alt="${escape(name)}">`);
    for (const image of document.body.querySelectorAll('img:not([width])')) {
      if (image.complete)
        fitPicture(image);
      else
        image.addEventListener('load', () => fitPicture(image), { once: true });
    }
  };

  // A picture whose bytes are here now: one that was pasted before them is loaded
  // again, a new one is put at the caret.
  envoi.showPicture = (id, name) => {
    const source = `cid:${id}`;
    const known = [...document.body.querySelectorAll('img')].find(image => image.getAttribute('src') === source);
    if (known) {
      known.addEventListener('load', () => fitPicture(known), { once: true });
      known.setAttribute('src', source);
    } else {
      envoi.insertPicture(id, name);
    }
  };

  // @share: of the width of a letter; 0 = the picture's own size.
  envoi.resizePicture = (id, share) => {
    for (const image of document.body.querySelectorAll('img')) {
      if (image.getAttribute('src') !== `cid:${id}` || !image.naturalWidth)
        continue;
      const width = Math.round(share ? MAX_PICTURE_WIDTH * share : image.naturalWidth);
      const copy = image.cloneNode();
      copy.setAttribute('width', width);
      copy.setAttribute('height', Math.round(image.naturalHeight * width / image.naturalWidth));
      envoi.select(image);
      insert(copy.outerHTML);
      return;
    }
  };

  const makeTable = (rows, columns) => {
    const cell = `<td style="${CELL_STYLE}"><br></td>`;
    const row = `<tr>${cell.repeat(columns)}</tr>`;
    return '<table cellspacing="0" style="border-collapse: collapse; width: 100%">' +
      `<tbody>${row.repeat(rows)}</tbody></table>`;
  };

  const lastTable = before => [...document.body.querySelectorAll('table')].find(table => !before.has(table));

  envoi.insertTable = (rows, columns) => {
    const before = new Set(document.body.querySelectorAll('table'));
    insert(`${makeTable(rows, columns)}<div><br></div>`);
    const table = lastTable(before);
    if (table)
      envoi.placeCaret(table.rows[0].cells[0]);
  };

  const emptyCell = (row, position) => {
    const cell = row.insertCell(position);
    cell.setAttribute('style', CELL_STYLE);
    cell.innerHTML = '<br>';
  };

  const TABLE_CHANGES = {
    'add-row': (table, row) => {
      const added = table.insertRow(row + 1);
      for (const _ of table.rows[row].cells)
        emptyCell(added, -1);
      return [row + 1, 0];
    },
    'add-column': (table, row, column) => {
      for (const line of table.rows)
        emptyCell(line, Math.min(column + 1, line.cells.length));
      return [row, column + 1];
    },
    'remove-row': (table, row, column) => {
      table.deleteRow(row);
      return [Math.max(0, row - 1), column];
    },
    'remove-column': (table, row, column) => {
      for (const line of [...table.rows]) {
        if (column < line.cells.length)
          line.deleteCell(column);
      }
      return [row, Math.max(0, column - 1)];
    },
    'remove-table': table => {
      table.replaceChildren();
      return [0, 0];
    },
  };

  // The table is replaced as a whole: one step for undo.
  envoi.changeTable = change => {
    const cell = envoi.closest('td, th');
    const table = cell?.closest('table');
    if (!table)
      return;
    const copy = table.cloneNode(true);
    const [row, column] = TABLE_CHANGES[change](copy, cell.parentElement.rowIndex, cell.cellIndex);
    const before = new Set(document.body.querySelectorAll('table'));
    envoi.select(table);
    if (!copy.rows.length || !copy.rows[0].cells.length) {
      document.execCommand('delete');
      return;
    }
    insert(copy.outerHTML);
    const target = lastTable(before)?.rows[row]?.cells[column];
    if (target)
      envoi.placeCaret(target);
  };

  envoi.moveInTable = isBack => {
    const cell = envoi.closest('td, th');
    if (!cell)
      return false;
    const cells = [...cell.closest('table').querySelectorAll('td, th')];
    const next = cells[cells.indexOf(cell) + (isBack ? -1 : 1)];
    if (next)
      envoi.placeCaret(next, true);
    else if (!isBack)
      envoi.changeTable('add-row');
    return true;
  };

  // "- " at the start of a line begins a list, "# " a heading, "> " a quotation.
  envoi.expandMarker = () => {
    const selection = window.getSelection();
    const node = selection.anchorNode;
    if (!selection.isCollapsed || node?.nodeType !== Node.TEXT_NODE || envoi.closest('pre, li'))
      return false;
    const marker = node.data.slice(0, selection.anchorOffset);
    const isLineStart = !node.previousSibling || node.previousSibling.nodeName === 'BR';
    if (!Object.hasOwn(MARKERS, marker) || !isLineStart || node.parentElement.matches('b, i, u, s, a, span'))
      return false;
    for (let i = 0; i < marker.length; i++)
      document.execCommand('delete');
    envoi.command(...MARKERS[marker]);
    return true;
  };
})();
