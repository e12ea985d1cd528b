// SPDX-License-Identifier: GPL-3.0-or-later
//
// Short marks that become formatting while they are typed: "- " a list, "# " a
// heading, **word** bold. What was typed is exchanged in one step, so that one
// undo brings the marks back, and they stay until they are typed again.
'use strict';

(() => {
  // The engine leaves a quotation when a whole paragraph of it is exchanged.
  const QUOTE = 'blockquote[type="cite"]';
  const BLOCKS = 'div, p, td, th, dd';
  const LINE = {
    '-': rest => `<ul><li>${rest}</li></ul>`,
    '*': rest => `<ul><li>${rest}</li></ul>`,
    '1.': rest => `<ol><li>${rest}</li></ol>`,
    '1)': rest => `<ol><li>${rest}</li></ol>`,
    '#': rest => `<h1>${rest}</h1>`,
    '##': rest => `<h2>${rest}</h2>`,
    '###': rest => `<h3>${rest}</h3>`,
    '>': rest => `<blockquote type="cite"><div>${rest}</div></blockquote>`,
    '```': rest => `<pre>${rest}</pre>`,
    '---': rest => `<hr><div>${rest}</div>`,
  };
  const LONGEST = 3;

  const WORDS = [
    { end: '*', pattern: /\*\*(\S(?:[^*]*\S)?)\*\*$/, tag: 'b' },
    { end: '*', pattern: /(?<![\p{L}\p{N}*])\*([^\s*](?:[^*]*[^\s*])?)\*$/u, tag: 'i' },
    { end: '_', pattern: /(?<![\p{L}\p{N}_])__(\S(?:[^_]*\S)?)__$/u, tag: 'b' },
    { end: '~', pattern: /~~(\S(?:[^~]*\S)?)~~$/, tag: 's' },
    { end: '`', pattern: /(?<!`)`([^`]+)`$/, tag: 'code' },
  ];

  // Only what leads there matters: a caret behind a line break is not at the start.
  const textBefore = (block, place) => {
    const range = document.createRange();
    range.setStart(block, 0);
    range.setEnd(place.node, place.offset);
    const isPlain = range.cloneContents().querySelector('br, img, table') === null;
    return isPlain ? range.toString() : '';
  };

  // Keys that came meanwhile are behind the place; the caret stays behind them.
  const skip = n => {
    for (let i = 0; i < n; i++)
      window.getSelection().modify('move', 'forward', 'character');
  };

  const expandLine = place => {
    if (envoi.closest(`${QUOTE}, li, pre, code, h1, h2, h3, h4, h5, h6, dt`))
      return false;
    const block = envoi.closest(BLOCKS);
    if (!block || place.offset > LONGEST + 1 || block.querySelector('div, p, table, ul, ol, blockquote'))
      return false;
    const mark = textBefore(block, place).replace(/[ \u00a0]$/, '');
    if (!Object.hasOwn(LINE, mark))
      return false;

    const rest = document.createRange();
    rest.setStart(place.node, place.offset);
    rest.setEnd(block, block.childNodes.length);
    const holder = document.createElement('div');
    holder.append(rest.cloneContents());
    const isEmpty = holder.textContent === '' && !holder.querySelector('br, img');
    envoi.select(block, block.matches('td, th, dd'));
    envoi.insert(LINE[mark](isEmpty ? '<br>' : holder.innerHTML));
    const made = envoi.closest('li, h1, h2, h3, pre, blockquote > div, div');
    if (made)
      envoi.placeCaret(made);
    skip(place.nBehind);
    return true;
  };

  // Where the words are a whole paragraph, the engine takes the paragraph away
  // with them, so it is put back as well.
  const exchange = (node, start, end, html) => {
    const block = envoi.closest(`${BLOCKS}, li`);
    if (block?.matches('div, p') && block.textContent === node.data.slice(start, end)) {
      const copy = block.cloneNode();
      copy.innerHTML = html;
      envoi.select(block);
      envoi.insert(copy.outerHTML);
      return;
    }
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    envoi.insert(html);
  };

  const expandWord = (place, character) => {
    const { node } = place;
    if (node.nodeType !== Node.TEXT_NODE || envoi.closest(`${QUOTE}, pre, code, a`))
      return false;
    const before = node.data.slice(0, place.offset);
    for (const { end, pattern, tag } of WORDS) {
      const match = end === character ? pattern.exec(before) : null;
      if (!match)
        continue;
      // The engine would write on inside; a character without width ends it.
      const html = `<${tag}>${envoi.escape(match[1])}</${tag}>${envoi.MARK_END}`;
      exchange(node, match.index, place.offset, html);
      skip(place.nBehind);
      return true;
    }
    return false;
  };

  // What one undo brought back: the next key must not overwrite it.
  envoi.isMark = text => {
    const trimmed = text.trim();
    return Object.hasOwn(LINE, trimmed) || WORDS.some(({ pattern }) => pattern.exec(trimmed)?.index === 0);
  };

  const didType = event => {
    if (event.inputType !== 'insertText' || event.isComposing || !event.data)
      return;
    const character = event.data.at(-1);
    if (character !== ' ' && character !== '\u00a0' && !WORDS.some(({ end }) => end === character))
      return;
    envoi.afterKey(place => {
      if (character === ' ' || character === '\u00a0')
        expandLine(place);
      else
        expandWord(place, character);
    });
  };

  document.addEventListener('input', didType);
})();
