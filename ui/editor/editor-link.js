// SPDX-License-Identifier: GPL-3.0-or-later
//
// Links: set by name, found while they are typed, and pasted on words. What is
// made without being asked for is a step of its own: one undo takes the link off
// and leaves the words.
'use strict';

(() => {
  // Nothing of a sentence around it, in any script, is part of an address.
  const WEB = /(?:https?:\/\/|www\.)[^\s<>"“”‘’«»（）《》【】，。；：！？、\u200b]+$/i;
  const MAIL = /[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/i;
  const TRAILING = /[.,;:!?'*)\]}]$/;
  const PREFIX_ONLY = /^(?:https?:\/\/|www\.)\W*$/i;
  const ENDS = /[\s，。；！？、）]/;
  const MAX_LENGTH = 2000;

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

  const toHref = word => {
    if (MAIL.test(word) && !/^(?:https?:|www\.)/i.test(word))
      return `mailto:${word}`;
    return /^www\./i.test(word) ? `https://${word}` : word;
  };

  // A bracket that was opened inside belongs to it.
  const trim = word => {
    let trimmed = word;
    while (TRAILING.test(trimmed) &&
           !(trimmed.endsWith(')') && trimmed.split('(').length >= trimmed.split(')').length))
      trimmed = trimmed.slice(0, -1);
    return trimmed;
  };

  const findAddress = text => {
    const found = WEB.exec(text) ?? MAIL.exec(text);
    const word = found ? trim(found[0]) : '';
    return word && !PREFIX_ONLY.test(word) ? { word, start: found.index } : null;
  };

  const isAddress = text => {
    const found = findAddress(text);
    return found !== null && found.start === 0 && found.word === text;
  };

  // Where the caret was when a link was made by itself: undo leads back there.
  let caretAfter = null;

  envoi.caretAfterLink = text => isAddress(text) && caretAfter?.startContainer.isConnected ? caretAfter : null;

  // Makes the address that ends there a link.
  const linkBefore = (node, end) => {
    if (node?.nodeType !== Node.TEXT_NODE || envoi.closest('a, pre, code'))
      return;
    const text = node.data.slice(Math.max(0, end - MAX_LENGTH), end);
    const address = findAddress(text);
    if (!address)
      return;
    const selection = window.getSelection();
    const start = end - text.length + address.start;
    caretAfter = selection.getRangeAt(0).cloneRange();
    selection.setBaseAndExtent(node, start, node, start + address.word.length);
    document.execCommand('createLink', false, toHref(address.word));
    selection.removeAllRanges();
    selection.addRange(caretAfter);
  };

  // An address alone, pasted on words, is where they lead.
  envoi.pasteOver = text => {
    const selection = window.getSelection();
    const word = text.trim();
    const words = selection.toString().trim();
    document.body.focus();
    if (!isAddress(word) || words === '' || words.includes('\n') || isAddress(words)) {
      envoi.pasteText(text);
      return;
    }
    document.execCommand('createLink', false, toHref(word));
    selection.collapseToEnd();
  };

  document.addEventListener('input', event => {
    if (event.inputType === 'insertText' && !event.isComposing && ENDS.test(event.data ?? ''))
      envoi.afterKey(({ node, offset }) => linkBefore(node, offset - event.data.length));
  });

  document.addEventListener('keydown', event => {
    const { isCollapsed, anchorNode, anchorOffset } = window.getSelection();
    if (event.key === 'Enter' && isCollapsed && !event.ctrlKey && !event.altKey && !envoi.isComposing())
      linkBefore(anchorNode, anchorOffset);
  });
})();
