// SPDX-License-Identifier: GPL-3.0-or-later
//
// Enter and Backspace at the edges of lists, quotations, indented lines, code
// and tables, where the engine goes on, glues together or begins anew.
'use strict';

(() => {
  const QUOTE = 'blockquote[type="cite"]';
  const LINES = 'div, p, li, h1, h2, h3, h4, h5, h6, pre, td, th, blockquote';
  const SEEN = 'img, hr, table';

  const getCaret = () => {
    const selection = window.getSelection();
    return selection.isCollapsed && selection.rangeCount ? selection.getRangeAt(0) : null;
  };

  // What stands in @block before or behind the caret.
  const cut = (block, caret, isBefore) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    if (isBefore)
      range.setEnd(caret.startContainer, caret.startOffset);
    else
      range.setStart(caret.startContainer, caret.startOffset);
    return range.cloneContents();
  };

  const isNothing = fragment => fragment.textContent.replace(/[\u200b\ufeff]/g, '') === '' &&
    !fragment.querySelector(SEEN);

  const isAtStart = (block, caret) => {
    const before = cut(block, caret, true);
    return isNothing(before) && !before.querySelector('br');
  };

  // The color of a quotation is not taken out of it.
  const outdent = () => {
    document.documentElement.classList.add('is-leaving');
    document.execCommand('outdent');
    document.documentElement.classList.remove('is-leaving');
    return true;
  };

  // An empty last line ends the code; it goes.
  const enterInCode = (code, caret) => {
    const isAtEnd = /^\n?$/.test(cut(code, caret, false).textContent);
    if (!isAtEnd || !cut(code, caret, true).textContent.endsWith('\n')) {
      document.execCommand('insertLineBreak');
      return true;
    }
    document.execCommand('delete');
    document.execCommand('insertParagraph');
    document.execCommand('formatBlock', false, 'div');
    // The engine's caret stays behind when the code ends with a line break.
    if (envoi.closest('pre'))
      envoi.placeCaret(code.nextElementSibling ?? document.body);
    return true;
  };

  const didPressEnter = caret => {
    const line = envoi.closest(LINES);
    const code = envoi.closest('pre');
    if (code)
      return enterInCode(code, caret);
    return line?.matches('div, p') && line.parentElement.matches(QUOTE) && isNothing(line) && outdent();
  };

  const didPressBackspace = caret => {
    const line = envoi.closest(LINES);
    if (!line || !isAtStart(line, caret))
      return false;
    const block = envoi.closest('blockquote, li, td, th');
    if (block?.matches('li'))
      return line === block && outdent();
    if (block?.matches('blockquote') && (!block.matches(QUOTE) || isAtStart(block, caret)))
      return outdent();
    const table = line.previousElementSibling;
    if (!table?.matches('table') || isNothing(line))
      return false;
    envoi.placeCaret(table, true);
    return true;
  };

  const KEYS = { 'Enter': didPressEnter, 'Backspace': didPressBackspace };

  document.addEventListener('keydown', event => {
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    const caret = isPlain && Object.hasOwn(KEYS, event.key) && !envoi.isComposing() ? getCaret() : null;
    if (caret && KEYS[event.key](caret))
      event.preventDefault();
  });
})();
