// SPDX-License-Identifier: GPL-3.0-or-later
//
// The signature: one block with a mark of ours. Only the program puts it there
// and changes it; what a person writes into it is theirs.
'use strict';

(() => {
  const find = () => document.querySelector('div.envoi-signature');

  // Null when the letter has none.
  envoi.getSignature = () => find()?.innerText ?? null;

  // Before what is quoted, else at the end.
  const place = block => {
    const quote = document.querySelector('body > blockquote[type="cite"]');
    const attribution = quote?.previousElementSibling;
    if (attribution)
      attribution.before(block);
    else
      document.body.append(block);
  };

  // @html: the whole block, "" for none. The caret stays where it is.
  envoi.setSignature = html => {
    const template = document.createElement('template');
    template.innerHTML = html;
    const block = template.content.firstElementChild;
    const old = find();
    if (old && block)
      old.replaceWith(block);
    else if (old)
      old.remove();
    else if (block)
      place(block);
    document.body.dispatchEvent(new InputEvent('input', { bubbles: true }));
  };
})();
