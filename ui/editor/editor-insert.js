// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is put into a letter: pasted text, and the way in for all the rest. Each is one step for undo, so everything goes through the engine's own
// insertHTML.
'use strict';

(() => {
  const STRUCTURE = 'b, strong, i, em, u, s, a, ul, ol, li, table, tbody, thead, tr, td, th, blockquote, pre, ' +
    'code, h1, h2, h3, h4, h5, h6, img, hr, br, div, p, sub, sup';

  const MARGIN = 12;   // pixels between the caret and the edge

  envoi.CELL_STYLE = 'border: 1px solid #c0bfbc; padding: 4px 8px; vertical-align: top';

  const BLOCKS = /<(?:div|p|ul|ol|table|h[1-6]|blockquote|pre|hr)\b/i;

  const setType = (block, type) => {
    if (type === null)
      block.removeAttribute('type');
    else
      block.setAttribute('type', type);
  };

  const parse = html => new DOMParser().parseFromString(html, 'text/html').body;

  envoi.escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');

  // In a block that is set in, the engine divides a line for words, unless it is a
  // quotation, which it divides for paragraphs. So while it works all of them are
  // what serves, and none has a color that it would write into the words.
  envoi.insert = (html, isBlock = BLOCKS.test(html)) => {
    document.body.focus();
    const caret = envoi.caretElement();
    const outer = [...document.body.querySelectorAll('blockquote')].filter(block => block.contains(caret));
    const types = outer.map(block => block.getAttribute('type'));
    for (const block of outer)
      setType(block, isBlock ? null : 'cite');
    document.documentElement.classList.add('is-leaving');
    document.execCommand('insertHTML', false, html);
    document.documentElement.classList.remove('is-leaving');
    for (const [i, block] of outer.entries())
      setType(block, types[i]);
  };

  const getCaretBox = () => {
    const selection = window.getSelection();
    const box = selection.rangeCount ? selection.getRangeAt(0).getBoundingClientRect() : null;
    return box?.height ? box : envoi.caretElement()?.getBoundingClientRect();
  };

  // The engine shows the caret after a key, but not after what is put in.
  const revealCaret = () => {
    const box = getCaretBox();
    if (!box)
      return;
    if (box.bottom > window.innerHeight)
      window.scrollBy(0, box.bottom - window.innerHeight + MARGIN);
    else if (box.top < 0)
      window.scrollBy(0, box.top - MARGIN);
  };

  // A bar that comes below takes room away; the caret stays in sight if it was.
  let height = window.innerHeight;
  window.addEventListener('resize', () => {
    const box = getCaretBox();
    if (box && box.bottom <= height && box.bottom > window.innerHeight)
      revealCaret();
    height = window.innerHeight;
  });

  // Only a text between words is exchanged as it is: the engine takes a paragraph
  // away with all that it holds, and drops links. So two edges without width stand
  // beside what is exchanged. They stay, empty: undo puts back what stood there.
  const EDGE = '\u200b';
  const edges = new WeakMap();   // the text of each

  const makeEdge = (near, sibling) => {
    const isKnown = edges.has(sibling);
    const edge = isKnown ? sibling : document.createElement('span');
    if (!isKnown) {
      edges.set(edge, edge.appendChild(document.createTextNode('')));
      near(edge);
    }
    edges.get(edge).data += EDGE;
    return edges.get(edge);
  };

  // @node: a word, a link, a picture or a table, not a paragraph.
  envoi.exchange = (node, html) => {
    const texts = [makeEdge(edge => node.before(edge), node.previousSibling),
                   makeEdge(edge => node.after(edge), node.nextSibling)];
    envoi.select(node);
    envoi.insert(html, true);
    for (const text of texts)
      text.data = text.data.replace(EDGE, '');
  };

  // The whole letter in another form, as one step.
  envoi.replaceAll = html => {
    const root = parse(html);
    envoi.prepare(root);
    document.body.focus();
    document.execCommand('selectAll');
    if (root.childNodes.length)
      envoi.insert(root.innerHTML);
    else
      document.execCommand('delete');
    envoi.placeCaret(document.body.firstElementChild ?? document.body);
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
        element.setAttribute('style', envoi.CELL_STYLE);
    }
  };

  const hasFormatting = root =>
    root.querySelector('[style], font, table, h1, h2, h3, h4, h5, h6, blockquote, pre') !== null;

  const newId = () => `${crypto.randomUUID?.() ?? String(Math.random()).slice(2)}@envoi`;

  // Office programs put the pictures of a paste into files. A path that leads out
  // of @folder, which any page could put on the clipboard, is not theirs.
  const readPath = (source, folder) => {
    const match = /^file:\/\/(?:localhost)?(\/.+)$/i.exec(source);
    if (!match)
      return null;
    let path = '';
    try {
      path = decodeURIComponent(match[1]);
    } catch {
      return null;
    }
    const isInside = folder !== '' && path.startsWith(`${folder}/`) && !path.split('/').includes('..');
    return isInside ? path : null;
  };

  // Pictures inside pasted HTML become parts of the letter: those that come with
  // it as @pictures, those in files of @folder as @files.
  envoi.takePictures = (html, folder) => {
    const root = parse(html);
    const pictures = [];
    const files = [];
    for (const image of root.querySelectorAll('img')) {
      const source = image.getAttribute('src') ?? '';
      const match = /^data:(image\/(?:png|jpeg|gif|webp));base64,([\s\S]+)$/.exec(source);
      const path = readPath(source, folder);
      if (!match && !path)
        continue;
      const id = newId();
      if (match)
        pictures.push({ id, type: match[1], data: match[2].replace(/\s/g, '') });
      else
        files.push({ id, path });
      image.setAttribute('src', `cid:${id}`);
    }
    return { html: root.innerHTML, pictures, files };
  };

  // As it would be read out, a line for each block.
  const toText = root => {
    for (const end of root.querySelectorAll('br, p, div, li, tr, h1, h2, h3, h4, h5, h6, pre, blockquote'))
      end.after('\n');
    return root.textContent.replace(/\n+$/, '');
  };

  // Code takes words only, and all of them in one block.
  const pasteInCode = lines => {
    for (const [i, line] of lines.entries()) {
      if (i > 0)
        document.execCommand('insertLineBreak');
      if (line)
        document.execCommand('insertText', false, line);
    }
  };

  // @html is clean already. Returns whether there is formatting worth a question.
  envoi.paste = (html, isSimple) => {
    const root = parse(html);
    if (envoi.closest('pre')) {
      envoi.pasteText(toText(root));
      return false;
    }
    envoi.tidy(root);
    if (isSimple)
      simplify(root);
    envoi.prepare(root);
    envoi.insert(root.innerHTML);
    revealCaret();
    return hasFormatting(root);
  };

  // In an item that is still empty each line is an item.
  const makeLines = lines => {
    const item = envoi.closest('li');
    if (item && item.textContent.trim() === '' && !item.querySelector('img, table')) {
      const items = lines.filter(line => line.trim()).map(line => `<li>${envoi.escape(line)}</li>`);
      return `<ul>${items.join('')}</ul>`;
    }
    return lines.map(line => `<div>${envoi.escape(line).replace(/ {2}/g, ' \u00a0') || '<br>'}</div>`).join('');
  };

  envoi.pasteText = text => {
    document.body.focus();
    const lines = text.replace(/\r\n?/g, '\n').replace(/\0/g, '').split('\n');
    if (envoi.closest('pre'))
      pasteInCode(lines);
    else if (lines.length === 1)
      document.execCommand('insertText', false, lines[0]);
    else
      envoi.insert(makeLines(lines));
    revealCaret();
  };

  // The last paste once more, in another form.
  envoi.pasteAgain = (html, text, isSimple) => {
    document.execCommand('undo');
    if (isSimple)
      envoi.paste(html, true);
    else
      envoi.pasteText(text);
  };
})();
