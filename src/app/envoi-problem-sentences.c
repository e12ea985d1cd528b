/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-problem-sentences.h"

#include <glib/gi18n.h>

/* Every sentence a person can be told of an error: what happened, then who must
 * act and how. Addresses of pages are ours, never a reply's. */
static const EnvoiSentenceText texts[ENVOI_N_SENTENCES] = {
  [ENVOI_SENTENCE_UNKNOWN] = {
    N_("Something went wrong"),
    N_("Envoi does not know this error. The technical details say more."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },

  [ENVOI_SENTENCE_PASSWORD_REFUSED] = {
    N_("The server refused the sign-in"),
    N_("The user name or the password is not right, or this provider wants an app password "
       "or authorization code instead of the usual password."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_GOOGLE_PASSWORD] = {
    N_("Google refused the password"),
    N_("Google needs “Sign in with Google” or an app password, not the account's own password."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_APP_PASSWORD] = {
    N_("An app password is needed"),
    N_("This provider wants a password made for this program only. Make one in the account's "
       "security settings, then sign in with it."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_GOOGLE_APP_PASSWORD] = {
    N_("This account uses 2-step verification"),
    N_("Make an app password on Google's page and sign in with it, or use “Sign in with Google”."),
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, N_("Make an App Password"),
    "https://myaccount.google.com/apppasswords",
  },
  [ENVOI_SENTENCE_GOOGLE_CONFIRM] = {
    N_("Google wants you to confirm this sign-in"),
    N_("Sign in once in your browser and confirm that it was you, then try again."),
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, N_("Open Google Account"), "https://accounts.google.com/",
  },
  [ENVOI_SENTENCE_MICROSOFT_NO_PASSWORDS] = {
    N_("Microsoft no longer accepts passwords here"),
    N_("Use “Sign in with Microsoft” for this account."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_ORGANISATION_OFF] = {
    N_("Your organisation switched off sending from other programs"),
    N_("Your password is fine. Ask your administrator to allow “Authenticated SMTP” for your "
       "mailbox (Set-CASMailbox -SmtpClientAuthenticationDisabled $false)."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_ORGANISATION_POLICY] = {
    N_("Your organisation's rules stopped this sign-in"),
    N_("Sign in again. If that does not help, ask your administrator; the server's words below "
       "tell what to ask for."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_TOKEN_REFUSED] = {
    N_("The sign-in is no longer valid"),
    N_("Sign in again in your browser, with the same account."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_QQ_CODE] = {
    N_("QQ Mail needs an authorization code"),
    N_("Use the 16-letter authorization code, not your QQ password. Switch the SMTP service on "
       "in QQ Mail's settings, make a code there and enter it here. After many attempts, "
       "wait a while first."),
    ENVOI_PROBLEM_ACTION_SIGN_IN, N_("Enter Authorization Code"),
    "https://service.mail.qq.com/detail/0/339",
  },
  [ENVOI_SENTENCE_NETEASE_CODE] = {
    N_("NetEase needs an authorization code"),
    N_("Use the authorization code that you make in the mailbox's web settings under "
       "POP3/SMTP/IMAP, not the password of the mailbox."),
    ENVOI_PROBLEM_ACTION_SIGN_IN, N_("Enter Authorization Code"), "https://mail.163.com/",
  },
  [ENVOI_SENTENCE_SINA_CODE] = {
    N_("Sina needs an authorization code"),
    N_("Use the authorization code that you make in the mailbox's web settings under "
       "“Client POP/IMAP/SMTP”, not the password of the mailbox."),
    ENVOI_PROBLEM_ACTION_SIGN_IN, N_("Enter Authorization Code"), "https://mail.sina.com.cn/",
  },
  [ENVOI_SENTENCE_SERVICE_OFF] = {
    N_("This mailbox may not send by SMTP"),
    N_("Switch the SMTP service on in the mailbox's web settings. If it is on already, the "
       "provider has stopped this mailbox from sending; ask its support."),
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, N_("Open Mailbox Settings"), "https://mail.163.com/",
  },
  [ENVOI_SENTENCE_LOGIN_THROTTLED] = {
    N_("Too many attempts to sign in"),
    N_("The provider has stopped sign-ins for a while. Envoi waits and then tries again."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_AUTH_UNAVAILABLE] = {
    N_("There is no way to sign in to this server"),
    N_("The server offers none of the methods this account may use. Check the server and the "
       "method in the account's settings."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_AUTH_REQUIRED] = {
    N_("The server wants a sign-in first"),
    N_("Check the server, port and user name in the account's settings, then sign in."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_AUTH_LATER] = {
    N_("The server cannot check the sign-in now"),
    N_("This is the server's trouble, not yours. Envoi tries again later."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_NEEDS_SIGN_IN] = {
    N_("You need to sign in"),
    N_("Envoi has no password for this account. Sign in, and the letter can go."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },

  [ENVOI_SENTENCE_UNREACHABLE] = {
    N_("The mail server cannot be reached"),
    N_("Check your network, then the server's name and port in the account's settings."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_PROXY_UNUSABLE] = {
    N_("The proxy does not lead to the mail server"),
    N_("Check the proxy in this computer's network settings: its address, user name and password. "
       "If they are right, ask whoever runs the network to let mail be sent through the proxy."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_TLS_REQUIRED] = {
    N_("The server offers no secure connection"),
    N_("Nothing was sent. Choose another security or port in the account's settings, or ask "
       "your provider."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_TLS_UNTRUSTED] = {
    N_("The server could not prove who it is"),
    N_("Its certificate is not to be trusted, so nothing was sent. Check the server's name; in a "
       "public network, somebody may be listening."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_WRONG_SECURITY] = {
    N_("The security setting does not fit this server"),
    N_("The server wants encryption to begin another way. Choose STARTTLS or TLS in the account's "
       "settings."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_PROTOCOL] = {
    N_("The server answered in a way that makes no sense"),
    N_("Check the server's name and port. If they are right, try again later."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_SERVER_BUSY] = {
    N_("The server is busy"),
    N_("Envoi tries again later."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_CONNECTION_CLOSED] = {
    N_("The connection was closed"),
    N_("The letter has not left. Envoi connects again and retries."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_NETWORK_BLOCKED] = {
    N_("The provider does not trust this network"),
    N_("Try another network, without a proxy or VPN. It can take a day until the provider trusts "
       "this one again."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_PROGRAM_FAULT] = {
    N_("The server did not understand Envoi"),
    N_("This is most likely a fault in Envoi. Please report it with the technical details."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_OUTCOME_UNKNOWN] = {
    N_("The letter may have been delivered"),
    N_("The connection broke after everything was handed over. Ask a recipient, or look into the "
       "Sent folder on your provider's web page, before you send it again."),
    ENVOI_PROBLEM_ACTION_DECIDE,
  },

  [ENVOI_SENTENCE_DAILY_LIMIT] = {
    N_("The provider's daily limit is reached"),
    N_("The letter stays in the outbox and goes tomorrow."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_RATE_LIMIT] = {
    N_("The provider asks to send more slowly"),
    N_("Envoi pauses this account and then goes on by itself."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_TOO_MANY_CONNECTIONS] = {
    N_("Too many connections at a time"),
    N_("Another program or device is sending with this account. Envoi waits a moment."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_ACCOUNT_BLOCKED] = {
    N_("The provider has stopped this account from sending"),
    N_("Only the provider or your administrator can lift this. Your letter is kept."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_RELAY_DENIED] = {
    N_("This server does not send for you"),
    N_("It is not the outgoing server of your provider, or it wants a sign-in. Check the "
       "account's settings."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_SENDER_MISMATCH] = {
    N_("You may not send as this address"),
    N_("The From address must be one of this account's own addresses. Change it, or ask your "
       "administrator for permission."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_SENDER_UNVERIFIED] = {
    N_("The provider has not verified this address"),
    N_("Verify the From address in the provider's console, then try again."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_DOMAIN_POLICY] = {
    N_("The From address's domain does not allow this server"),
    N_("Send from an address of this account, or ask whoever runs the domain (SPF, DKIM, DMARC)."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_ACCOUNT_INCOMPLETE] = {
    N_("The account's settings are not complete"),
    N_("Open the account's settings and fill in what is missing."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_ACCOUNT_NOT_FOUND] = {
    N_("There is no such account"),
    N_("It was removed, or its name is not written correctly. Choose another account."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_ACCOUNT_DISABLED] = {
    N_("The account is turned off"),
    N_("You turned it off. Its letters wait here, and go out when you turn it on again."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },

  [ENVOI_SENTENCE_ALL_REFUSED] = {
    N_("The recipients were refused"),
    N_("The server takes no letter for these addresses. Look at each one's reason, and correct "
       "the address."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_RETURNED] = {
    N_("The letter came back from some recipients"),
    N_("Your provider had taken it, but a later system could not deliver it. Correct the address, "
       "or send it again when the cause below has gone."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_ALL_OR_NOBODY] = {
    N_("Nobody has got it, because an address was refused"),
    N_("This letter goes to all or to nobody. Correct the refused address or take it out, then "
       "send the letter again."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_SOME_REFUSED] = {
    N_("Not everybody has got it"),
    N_("The letter was sent, but some addresses were refused."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_NO_SUCH_MAILBOX] = {
    N_("There is no such mailbox"),
    N_("Check the address for a slip, or ask the recipient for a new one."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_MAILBOX_FULL] = {
    N_("The recipient's mailbox is full"),
    N_("Tell the recipient another way, or try again later."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_MAILBOX_BUSY] = {
    N_("The recipient gets too much mail just now"),
    N_("Envoi tries again later."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_RECIPIENT_REFUSES] = {
    N_("The recipient does not accept your mail"),
    N_("The recipient or its provider has blocked it. Use another way to get in touch."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_BAD_RECIPIENT] = {
    N_("An address is not written correctly"),
    N_("Correct the address and send again."),
    ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
  },
  [ENVOI_SENTENCE_TOO_MANY_RECIPIENTS] = {
    N_("Too many recipients in one letter"),
    N_("Send it to fewer people at a time."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_TOO_MANY_AT_ONCE] = {
    N_("Too many recipients in one letter"),
    N_("Envoi can hand the letter over in parts, each for some of the recipients. It stays the "
       "same letter, with all names in To and Cc, and nobody gets it twice."),
    ENVOI_PROBLEM_ACTION_SEND_IN_PARTS,
  },
  [ENVOI_SENTENCE_ONE_AT_A_TIME] = {
    N_("This recipient needs a letter of its own"),
    N_("The provider takes only a part of the recipients at a time. Envoi sends to the rest "
       "later."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },

  [ENVOI_SENTENCE_TOO_LARGE] = {
    N_("The letter is too large"),
    N_("Remove or shrink an attachment, or share it by a link. In a letter, a file takes about a "
       "third more than on disk."),
    ENVOI_PROBLEM_ACTION_COMPRESS,
  },
  [ENVOI_SENTENCE_UNSUPPORTED] = {
    N_("This server cannot send the letter as it is"),
    N_("It takes only English letters, digits and signs before the “@” of an address, or does not "
       "offer something else that the letter asks for. Use another address, or send the letter "
       "from another account."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_HEADER_TOO_LARGE] = {
    N_("There are too many names in To and Cc"),
    N_("Put some of them into Bcc, or send several letters."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_SPAM_SUSPECTED] = {
    N_("The provider took the letter for spam"),
    N_("Change the text: say more in your own words, with fewer links, and then send it again."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_ATTACHMENT_TYPE] = {
    N_("The provider does not allow this kind of attachment"),
    N_("Programs and scripts are blocked. Share the file by a link instead."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_REFUSED] = {
    N_("The server refused the letter"),
    N_("The server's own words below tell why. Change the letter and send it again."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_TRY_LATER] = {
    N_("The server asks to try again later"),
    N_("Envoi does so by itself."),
    ENVOI_PROBLEM_ACTION_WAIT,
  },
  [ENVOI_SENTENCE_NO_RECIPIENT] = {
    N_("The letter has no recipient"),
    N_("Write an address into To, Cc or Bcc."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_BAD_ADDRESS] = {
    N_("An address cannot be used"),
    N_("Correct the address that is marked, then send again."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_ATTACHMENT_UNREADABLE] = {
    N_("An attachment cannot be read"),
    N_("The file is gone, is a folder, or may not be read. Attach it again."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_UNSAFE_HTML] = {
    N_("The formatted text cannot be sent safely"),
    N_("Send the letter as plain text, or paste the text again without its formatting."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },
  [ENVOI_SENTENCE_REFUSED_INPUT] = {
    N_("Something in the letter cannot be sent"),
    N_("A field holds a line break or another character that has no place there. Write it anew."),
    ENVOI_PROBLEM_ACTION_EDIT_LETTER,
  },

  [ENVOI_SENTENCE_STORE_CORRUPT] = {
    N_("The file with your letters is damaged"),
    N_("It was set aside, not deleted. A backup can be put back in its place."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_STORE_VERSION] = {
    N_("Your letters were written by a newer Envoi"),
    N_("Update Envoi; nothing was changed."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_NO_SPACE] = {
    N_("The disk is full or cannot be written"),
    N_("Nothing was changed. Make some room and try again."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_CONFLICT] = {
    N_("It is too late for that"),
    N_("The letter has moved on meanwhile."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_KEYRING_UNAVAILABLE] = {
    N_("There is no keyring"),
    N_("This system has no place to keep passwords, so Envoi asks for the password each time."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_KEYRING_LOCKED] = {
    N_("The keyring is locked"),
    N_("Unlock it, or enter the password for this time."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_KEYRING_DENIED] = {
    N_("The keyring refused to give the password"),
    N_("Allow Envoi to use the keyring, or enter the password for this time."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_KEYRING_LOST] = {
    N_("The password is not in the keyring"),
    N_("The password was deleted from the keyring, or never kept. Enter it again; the account "
       "itself is as it was."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_FILE_NOT_FOUND] = {
    N_("The file is not there"),
    N_("Check its name and where it is."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_FILE_FORBIDDEN] = {
    N_("The file may not be opened"),
    N_("Check its permissions."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_FILE_UNUSABLE] = {
    N_("The file cannot be used"),
    N_("It is damaged, too large, or not of the kind that is needed here."),
    ENVOI_PROBLEM_ACTION_NONE,
  },
  [ENVOI_SENTENCE_CANCELLED] = {
    N_("Cancelled"),
    N_("Nothing was sent."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },

  [ENVOI_SENTENCE_OAUTH_UNREACHABLE] = {
    N_("The sign-in service cannot be reached"),
    N_("Check your network and try again."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
  [ENVOI_SENTENCE_OAUTH_DENIED] = {
    N_("The sign-in was not allowed"),
    N_("You or your organisation said no on the sign-in page. Sign in again to allow Envoi to "
       "send mail."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_OAUTH_STATE] = {
    N_("The sign-in page answered another question"),
    N_("The answer did not belong to this sign-in, so it was not used. Start the sign-in again."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_OAUTH_EXPIRED] = {
    N_("The sign-in has expired"),
    N_("Sign in again in your browser."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_OAUTH_SCOPE] = {
    N_("The permission to send mail is missing"),
    N_("Sign in again and leave the box for sending mail ticked."),
    ENVOI_PROBLEM_ACTION_SIGN_IN,
  },
  [ENVOI_SENTENCE_OAUTH_CLIENT] = {
    N_("The provider does not know this copy of Envoi"),
    N_("Its client id is missing or wrong. Ask whoever packaged Envoi, or use an app password."),
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,
  },
  [ENVOI_SENTENCE_OAUTH_MALFORMED] = {
    N_("The sign-in service answered in a way that makes no sense"),
    N_("Try again later."),
    ENVOI_PROBLEM_ACTION_RETRY,
  },
};

const EnvoiSentenceText *
envoi_sentence_get_text (EnvoiSentence sentence)
{
  g_assert (sentence < ENVOI_N_SENTENCES && texts[sentence].title);

  return &texts[sentence];
}
