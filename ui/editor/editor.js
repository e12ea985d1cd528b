// SPDX-License-Identifier: GPL-3.0-or-later
//
// The heart of the writing surface: it makes the body editable, runs the
// formatting commands, tells the window what the caret stands in and hands over
// the letter shortly after each change. It runs in a script world of its own;
// scripts of the letter itself never run.
'use strict';

globalThis.envoi = {};

(() => {
  // The window is behind by this much at most.
  const CHANGE_DELAY = 200;
  // Kept as elements, which every mail reader knows.
  const AS_ELEMENTS = ['bold', 'italic', 'underline', 'strikeThrough', 'superscript', 'subscript'];

  // Keys are handled here and not by the window, whose calls could overtake
  // characters that are still on their way. "shift+" where Shift is held.
  const KEYS = {
    'b': ['bold'],
    'i': ['italic'],
    'u': ['underline'],
    'z': ['undo'],
    'y': ['redo'],
    'shift+z': ['redo'],
    '[': ['outdent'],
    ']': ['indent'],
    '\\': ['removeFormat'],
    'shift+7': ['insertOrderedList'],
    'shift+8': ['insertUnorderedList'],
    'shift+9': ['quote'],
  };
  const ACTION_KEYS = { 'enter': 'composer.send', 's': 'composer.save', 'k': 'composer.link' };

  let changeTimer = 0;
  let stateWaits = false;
  let lastState = '';
  let isComposing = false;
  let dragsOwnContent = false;

  envoi.post = message => window.webkit.messageHandlers.envoi.postMessage(message);

  envoi.caretElement = () => {
    const selection = window.getSelection();
    const node = selection.rangeCount ? selection.getRangeAt(0).startContainer : document.body;
    return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  };

  envoi.closest = selector => {
    const found = envoi.caretElement()?.closest(selector);
    return found && document.body.contains(found) && found !== document.body ? found : null;
  };

  envoi.select = (node, contentsOnly = false) => {
    const range = document.createRange();
    if (contentsOnly)
      range.selectNodeContents(node);
    else
      range.selectNode(node);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
  };

  envoi.placeCaret = (node, atEnd = false) => {
    envoi.select(node, true);
    window.getSelection().getRangeAt(0).collapse(!atEnd);
  };

  const sendChange = () => {
    clearTimeout(changeTimer);
    changeTimer = 0;
    envoi.post({ type: 'changed', html: envoi.getHtml() });
  };

  const didChange = () => {
    if (!changeTimer)
      changeTimer = setTimeout(sendChange, CHANGE_DELAY);
    envoi.post({ type: 'typed' });
    wantState();
  };

  const collectState = () => {
    const is = name => document.queryCommandState(name);
    const quote = envoi.closest('blockquote[type="cite"]');
    const link = envoi.closest('a[href]');
    const align = ['justifyCenter', 'justifyRight', 'justifyFull'].find(is);

    return {
      bold: is('bold'),
      italic: is('italic'),
      underline: is('underline'),
      strike: is('strikeThrough'),
      'bullet-list': is('insertUnorderedList'),
      'number-list': is('insertOrderedList'),
      quote: quote !== null,
      link: link !== null,
      table: envoi.closest('table') !== null,
      style: document.queryCommandValue('formatBlock').toLowerCase().replace(/^(p|)$/, 'div'),
      align: align ? align.slice('justify'.length).toLowerCase() : 'left',
      font: document.queryCommandValue('fontName'),
      size: document.queryCommandValue('fontSize'),
      'can-undo': document.queryCommandEnabled('undo'),
      'can-redo': document.queryCommandEnabled('redo'),
    };
  };

  const sendState = () => {
    stateWaits = false;
    const state = collectState();
    const text = JSON.stringify(state);
    if (text !== lastState) {
      lastState = text;
      envoi.post({ type: 'state', ...state });
    }
  };

  // Many selection changes come together; one answer serves them all. A timer,
  // not an animation frame: frames stop while the window is hidden.
  const wantState = () => {
    if (!stateWaits) {
      stateWaits = true;
      setTimeout(sendState, 0);
    }
  };

  // A quotation is an indented block with a mark, so that the engine's own
  // "outdent" and undo know how to take it back.
  const toggleQuote = () => {
    if (envoi.closest('blockquote[type="cite"]')) {
      document.execCommand('outdent');
      return;
    }
    document.execCommand('indent');
    const quote = envoi.closest('blockquote');
    if (quote) {
      quote.setAttribute('type', 'cite');
      quote.removeAttribute('class');
      quote.removeAttribute('style');
    }
  };

  const toggleStyle = tag => {
    const current = document.queryCommandValue('formatBlock').toLowerCase();
    document.execCommand('formatBlock', false, current === tag ? 'div' : tag);
  };

  // Undo selects what a table or picture replaced; the next key must not
  // overwrite it.
  const undo = () => {
    const selection = window.getSelection();
    const wasCaret = selection.isCollapsed;
    document.execCommand('undo');
    if (!wasCaret || selection.isCollapsed)
      return;
    const range = selection.getRangeAt(0);
    const found = [...document.body.querySelectorAll('td, img')].find(node => range.intersectsNode(node));
    if (found?.nodeName === 'TD')
      envoi.placeCaret(found);
    else if (found)
      selection.collapseToEnd();
  };

  const OWN_COMMANDS = { quote: toggleQuote, style: toggleStyle, undo };

  envoi.command = (name, value) => {
    document.body.focus();
    if (OWN_COMMANDS[name]) {
      OWN_COMMANDS[name](value);
    } else {
      document.execCommand('styleWithCSS', false, !AS_ELEMENTS.includes(name));
      document.execCommand(name, false, value);
    }
    wantState();
  };

  envoi.focus = () => document.body.focus();

  envoi.setHtml = html => {
    document.body.innerHTML = html || '<div><br></div>';
    envoi.prepare(document.body);
    envoi.placeCaret(document.body.firstElementChild ?? document.body);
    clearTimeout(changeTimer);
    changeTimer = 0;
    wantState();
  };

  // Lines that were typed before the surface was there come first.
  envoi.placeCaretAfter = lines => {
    const last = document.body.children[Math.min(lines, document.body.childElementCount) - 1];
    if (last)
      envoi.placeCaret(last, true);
  };

  // Ends what an input method is composing: its text becomes part of the letter.
  envoi.commit = () => {
    if (!isComposing)
      return;
    const selection = window.getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    document.body.blur();
    document.body.focus();
    if (range) {
      selection.removeAllRanges();
      selection.addRange(range);
      selection.collapseToEnd();
    }
    isComposing = false;
  };

  envoi.finish = () => {
    envoi.commit();
    clearTimeout(changeTimer);
    changeTimer = 0;
    return envoi.getHtml();
  };

  const didPressTab = event => {
    event.preventDefault();
    if (envoi.moveInTable(event.shiftKey))
      return;
    if (envoi.closest('li'))
      document.execCommand(event.shiftKey ? 'outdent' : 'indent');
    else
      envoi.post({ type: 'leave', back: event.shiftKey });
  };

  // Digits by their place on the keyboard: with Shift they are other characters.
  const nameKey = event => {
    const digit = /^Digit(\d)$/.exec(event.code);
    return (event.shiftKey ? 'shift+' : '') + (digit ? digit[1] : event.key.toLowerCase());
  };

  const didPressControlKey = event => {
    const name = nameKey(event);
    if (Object.hasOwn(KEYS, name))
      envoi.command(...KEYS[name]);
    else if (Object.hasOwn(ACTION_KEYS, name))
      envoi.post({ type: 'action', name: ACTION_KEYS[name] });
    else
      return;
    event.preventDefault();
  };

  const didPressKey = event => {
    if (event.ctrlKey && !event.altKey && !isComposing)
      didPressControlKey(event);
    else if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !isComposing)
      didPressTab(event);
    else if (event.key === ' ' && !isComposing && envoi.expandMarker())
      event.preventDefault();
  };

  // What comes from elsewhere goes by the window, which reads and cleans it.
  const didPaste = event => {
    event.preventDefault();
    envoi.post({ type: 'paste' });
  };

  const didDrop = event => {
    if (dragsOwnContent)
      return;
    event.preventDefault();
    const range = document.caretRangeFromPoint(event.clientX, event.clientY);
    if (range) {
      window.getSelection().removeAllRanges();
      window.getSelection().addRange(range);
    }
    const html = event.dataTransfer.getData('text/html');
    const text = event.dataTransfer.getData('text/plain');
    if (html || text)
      envoi.post({ type: 'drop', html, text });
  };

  document.body.contentEditable = 'true';
  document.body.setAttribute('role', 'textbox');
  document.body.setAttribute('aria-multiline', 'true');
  document.execCommand('defaultParagraphSeparator', false, 'div');

  document.addEventListener('input', didChange);
  document.addEventListener('selectionchange', wantState);
  document.addEventListener('compositionstart', () => { isComposing = true; });
  document.addEventListener('compositionend', () => { isComposing = false; });
  document.addEventListener('keydown', didPressKey);
  document.addEventListener('paste', didPaste);
  document.addEventListener('dragstart', () => { dragsOwnContent = true; });
  document.addEventListener('dragend', () => { dragsOwnContent = false; });
  document.addEventListener('drop', didDrop);
  document.addEventListener('click', event => {
    if (event.target.closest?.('a[href]'))
      event.preventDefault();
  });
})();
