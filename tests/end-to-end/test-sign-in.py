#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person adds an account by the assistant, from an empty start to a letter that arrives: with a
password, and by signing in with a real browser at a real authorization server.

    test-sign-in.py ENVOI ENVOICTL OIDC-FOLDER [NAME...]

OIDC-FOLDER is where npm puts oidc-provider the first time. Each class is one test of meson's: a
program sees one desktop only, and each begins from nothing.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import oidcserver  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

MOST_CLICKS = 5
CODE = 'abcdefghijklmnop'
PROVIDERS = HERE.parents[1] / 'data/providers.json'
BOB = f'bob@{DOMAIN}'

BROWSER = '''\
#!/bin/sh
echo $$ >{folder}/browser.pid
exec chromium --no-sandbox --test-type --incognito --disable-gpu --no-first-run --password-store=basic \\
  --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \\
  --user-data-dir={folder}/chromium --window-size=900,700 "$1" >/dev/null 2>&1
'''

def format_provider(server, **members):
    """What a company would put into providers.d for its people."""
    provider = {
        'id': 'test', 'names': {'en': 'Test Mail', 'zh': '测试邮箱'}, 'domains': [DOMAIN],
        'servers': [{'host': 'localhost', 'port': server.tls_port, 'security': 'tls', 'recommended': True,
                     'status': 'verified', 'ca_file': server.ca_file}],
        'username': '%EMAILADDRESS%', **members,
    }
    return json.dumps({'schema_version': 1, 'providers': [provider]})


def format_known_provider(provider_id, server, **members):
    """The program's own entry of a provider, with a local server in the place of the real one."""
    table = json.loads(PROVIDERS.read_text(encoding='utf-8'))
    provider = next(entry for entry in table['providers'] if entry['id'] == provider_id)
    best = next(entry for entry in provider['servers'] if entry['recommended'])
    port = server.tls_port if best['security'] == 'tls' else server.starttls_port
    provider['servers'] = [{**best, 'host': 'localhost', 'port': port, 'ca_file': server.ca_file}]
    return json.dumps({'schema_version': 1, 'providers': [{**provider, **members}]})


class Case(unittest.TestCase):
    user = USER

    @classmethod
    def write_provider(cls):
        return format_provider(cls.server, **cls.provider)

    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'secret-tool')
        cls.start_servers()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = cls.make_desktop()
        cls.addClassCleanup(cls.desktop.close)
        folder = cls.desktop.config_home / 'envoi/providers.d'
        folder.mkdir(parents=True)
        (folder / 'test.json').write_text(cls.write_provider(), encoding='utf-8')
        cls.prepare()
        cls.app = desktop.Application(cls.desktop, cls.desktop.command(ENVOI), 'envoi')

    @classmethod
    def make_desktop(cls):
        return desktop.Desktop()

    @classmethod
    def prepare(cls):
        pass

    def setUp(self):
        self.n_clicks = 0

    def run(self, result=None):
        n_before = len(result.failures) + len(result.errors) if result else 0
        super().run(result)
        if result and len(result.failures) + len(result.errors) > n_before and hasattr(self, 'app'):
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / f'{self.id()}.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)

    def click(self, name):
        self.n_clicks += 1
        return self.app.press('push button', name)

    def answer(self, words, field, text):
        """Types into the field that has the focus when a page shows @words, and goes on."""
        page = self.app.find(name=words)
        while page.getRoleName() != 'scroll pane':
            page = page.parent
        field = self.app.find('text', field, within=page)

        def type_all():
            # The page may still be on its way in: then the keys went elsewhere.
            keys('ctrl+a')
            type_text(text)
            time.sleep(0.5)
            return field.queryText().characterCount == len(text)
        desktop.wait_for(f'"{words}" to take what is typed', type_all)
        self.n_clicks += 1
        keys('Return')

    def envoictl(self, *arguments, **options):
        return subprocess.run([*self.desktop.command(ENVOICTL), *map(str, arguments)], capture_output=True, text=True,
                              timeout=120, **options)

    def begin(self):
        self.click('Add Account')
        self.app.find_window('Add Account')
        self.answer('What Is Your Mail Address?', 'Mail address', self.user)

    def finish(self):
        """The account is there, and it took few clicks, those in the browser among them."""
        self.app.find(name=f'Letters can go out as {self.user}')
        self.assertLessEqual(self.n_clicks, MOST_CLICKS)
        print(f'# {self.user}: {self.n_clicks} clicks from nothing to ready')
        keys('Return')
        self.app.find_window('New Letter')
        accounts = json.loads(self.envoictl('account', 'list', '--json').stdout)
        self.assertEqual([account['email'] for account in accounts], [self.user])

    def find_secrets(self, kind):
        found = subprocess.run(['secret-tool', 'search', '--all', 'kind', kind], capture_output=True, text=True)
        return found.stdout

    def send(self, subject, account=USER):
        text = self.desktop.shared / 'letter.txt'
        text.write_text('By the account of the assistant.\n')
        result = self.envoictl('send', '--account', account, '--to', BOB, '--subject', subject, '--wait', '--text', text)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return self.server.wait_for(subject)


class Password(Case):
    provider = {'auth': ['password'], 'needs_app_password': False}

    @classmethod
    def start_servers(cls):
        cls.server = MailServer()

    def test_from_address_to_letter(self):
        self.begin()
        self.answer(f'Password of {USER}', 'Password', 'not the password')
        self.app.find(name='That Did Not Work')
        self.assertEqual(json.loads(self.envoictl('account', 'list', '--json').stdout), [])

        # What was typed is still there to be changed.
        self.n_clicks -= 2
        self.click('Back and Change')
        self.answer(f'Password of {USER}', 'Password', PASSWORD)
        self.app.find(name=f'Letters can go out as {USER}')
        keys('shift+Tab')
        self.answer('Ready to Send', 'Your name', 'Alice Liddell')
        self.app.find_window('New Letter')
        self.assertLessEqual(self.n_clicks, MOST_CLICKS)

        accounts = json.loads(self.envoictl('account', 'list', '--json').stdout)
        self.assertEqual([account['email'] for account in accounts], [USER])
        self.assertIn(PASSWORD, self.find_secrets('password'))
        self.assertIn('Alice Liddell', self.send('by the assistant')['From'])


class Code(Case):
    """A provider that wants a code from its page, by the entry that the program has for it."""

    hint = 'This has the right form.'

    @classmethod
    def write_provider(cls):
        return format_known_provider(cls.provider_id, cls.server)

    @classmethod
    def start_servers(cls):
        cls.server = MailServer()
        cls.server.set_password(CODE, cls.user)

    def check_card(self):
        """It says why, names the page, shows the way there, and looks at the form of what is typed."""
        self.app.find(name='does not take your login password')
        self.app.find('push button', 'Open Mail Settings')
        self.app.find(name=self.menu)
        type_text('Geheim-2024')
        self.app.find(name='This does not look like what is needed')
        keys('ctrl+a')
        type_text(' '.join(CODE[start:start + 4] for start in range(0, 16, 4)))
        self.app.find(name=self.hint)
        self.n_clicks += 1
        keys('Return')

    def run_assistant(self):
        self.begin()
        self.check_card()
        self.finish()
        self.assertIn(CODE, self.find_secrets('password'))


class Qq(Code):
    provider_id = 'qq'
    user = '10001@qq.com'
    menu = 'POP3/IMAP/SMTP/Exchange/CardDAV service'

    def test_from_address_to_letter(self):
        self.run_assistant()


class Netease(Code):
    provider_id = '163'
    user = 'lilei@163.com'
    menu = 'POP3/SMTP/IMAP'

    def test_from_address_to_letter(self):
        self.run_assistant()


class BrowserCase(Case):
    provider = {'auth': ['oauth2']}

    @classmethod
    def start_servers(cls):
        oidcserver.install(OIDC, 'chromium')
        cls.authority = oidcserver.Authority(OIDC, cls.log_folder() / 'oidc.log')
        cls.addClassCleanup(cls.authority.daemon.stop)
        cls.issuer = cls.authority.issuer
        cls.oidc = cls.authority.daemon
        cls.server = oidcserver.OAuthMailServer(cls.authority.issuer)
        cls.provider = {**cls.provider, 'oauth2': cls.authority.describe()}

    @classmethod
    def log_folder(cls):
        folder = tempfile.TemporaryDirectory(prefix='envoi-oidc-')
        cls.addClassCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    @classmethod
    def prepare(cls):
        script = cls.desktop.folder / 'browser'
        script.write_text(BROWSER.format(folder=cls.desktop.folder))
        script.chmod(0o755)
        os.environ['BROWSER'] = str(script)

    def setUp(self):
        super().setUp()
        self.n_lines = len(self.oidc.read_log().splitlines())

    def has_said(self, line):
        """Whether the authorization server has said it during this test."""
        return line in self.oidc.read_log().splitlines()[self.n_lines:]

    def find_browser(self):
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', 'Sign-in'], capture_output=True, text=True)
        return found.stdout.split()

    def press_until(self, line):
        """The page is served before it is drawn: the key may have to wait for its button."""
        def look():
            keys('Return')
            time.sleep(1)
            return self.has_said(line)
        time.sleep(1)
        desktop.wait_for(f'the browser has led to "{line}"', look)

    def agree_in_browser(self):
        """The page knows the address from Envoi, so the password is all that it asks for."""
        self.addCleanup(self.close_browser)
        desktop.wait_for('the page to sign in', lambda: self.has_said('shows login'))
        window = desktop.wait_for('the browser', self.find_browser)[0]
        subprocess.run(['xdotool', 'windowactivate', '--sync', window], check=True)
        desktop.wait_for('the page to agree', self.type_password)
        self.press_until('agreed')
        # To sign in there, and to agree.
        self.n_clicks += 2

    def type_password(self):
        """The page is served before it is drawn: what is typed too early is typed once more."""
        if not self.has_said('shows consent'):
            keys('ctrl+a')
            type_text('anything')
            keys('Return')
            time.sleep(2)
        return self.has_said('shows consent')

    def close_browser(self):
        path = self.desktop.folder / 'browser.pid'
        if path.exists():
            try:
                os.kill(int(path.read_text()), signal.SIGTERM)
            except ProcessLookupError:
                pass
            path.unlink()


class Browser(BrowserCase):
    def test_assistant(self):
        # Each letter asks for a token of its own.
        self.authority.control(life=1)
        self.addCleanup(self.authority.control, life='')
        self.begin()
        self.click('Open Browser')
        self.agree_in_browser()
        self.app.find(name=f'Letters can go out as {USER}')
        self.assertLessEqual(self.n_clicks, MOST_CLICKS)
        self.close_browser()
        # The main window behind it has such a button too.
        self.app.press('push button', 'Write a Letter', within=self.app.find_window('Add Account'))
        self.app.find_window('New Letter')
        self.assertIn('secret = ', self.find_secrets('refresh-token'))
        self.sign_in_again()
        self.assertIn('sasl_method=XOAUTH2', self.server.read_log())
        self.send('by XOAUTH2')

    def find_refresh_token(self):
        return re.search(r'^secret = (.*)$', self.find_secrets('refresh-token'), re.MULTILINE).group(1)

    def sign_in_again(self):
        """The permission is taken back at the provider: the letter waits, and one button brings it on its way."""
        self.authority.revoke(self.find_refresh_token())
        sent = self.envoictl('send', '--account', USER, '--to', BOB, '--subject', 'waits for its owner', '--wait')
        self.assertEqual(sent.returncode, 77, sent.stdout + sent.stderr)
        self.assertEqual(self.server.find('waits for its owner'), [])

        self.setUp()
        main = self.app.find_window('Envoi')
        subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '^Envoi$', 'windowactivate', '--sync'],
                       check=True)
        keys('alt+3')
        self.app.find('list item', 'waits for its owner', within=main)
        keys('Down', 'Return')
        self.app.press('push button', 'Sign In', within=main)
        self.app.press('push button', 'Open Browser', within=self.app.find_window('Sign In'))
        self.agree_in_browser()
        self.server.wait_for('waits for its owner')
        self.close_browser()

    def test_command_line(self):
        added = self.envoictl('account', 'add', '--email', USER, '--host', 'localhost', '--port', self.server.tls_port,
                              '--security', 'tls', '--ca-file', self.server.ca_file, '--auth', 'oauthbearer', '--oauth', 'test')
        self.assertEqual(added.returncode, 0, added.stderr)
        signing = subprocess.Popen([ENVOICTL, 'account', 'sign-in', USER], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(signing.kill)
        self.agree_in_browser()
        out, err = signing.communicate(timeout=60)
        self.assertEqual(signing.returncode, 0, out + err)
        self.close_browser()
        checked = self.envoictl('account', 'check', USER)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.send('by OAUTHBEARER')
        self.assertIn('sasl_method=OAUTHBEARER', self.server.read_log())
        removed = self.envoictl('account', 'remove', USER)
        self.assertEqual(removed.returncode, 0, removed.stderr)
        self.assertNotIn('secret = ', self.find_secrets('refresh-token'))


class KnownBrowser(BrowserCase):
    """A provider that signs in by the browser, by the program's entry with the local endpoints."""

    @classmethod
    def write_provider(cls):
        table = json.loads(PROVIDERS.read_text(encoding='utf-8'))
        oauth = next(entry for entry in table['providers'] if entry['id'] == cls.provider_id)['oauth2']
        local = {key: cls.provider['oauth2'][key] for key in (
            'client_id', 'issuer', 'authorization_endpoint', 'token_endpoint', 'device_endpoint',
            'revocation_endpoint', 'client_secret')}
        return format_known_provider(cls.provider_id, cls.server, oauth2={
            **oauth, **local, 'scopes': [oidcserver.SCOPE, *oauth['scopes']]})

    def run_assistant(self):
        self.begin()
        self.click('Open Browser')
        self.agree_in_browser()
        self.app.find(name=f'Letters can go out as {self.user}')
        self.close_browser()
        self.finish()
        self.assertIn('secret = ', self.find_secrets('refresh-token'))
        self.assertIn('sasl_method=XOAUTH2', self.server.read_log())


class Gmail(KnownBrowser):
    provider_id = 'gmail'
    user = 'lilei@gmail.com'

    def test_from_address_to_letter(self):
        self.run_assistant()


class Outlook(KnownBrowser):
    provider_id = 'outlook-com'
    user = 'lilei@outlook.com'

    def test_from_address_to_letter(self):
        self.run_assistant()


class Device(BrowserCase):
    """The code is typed on another screen: here another browser, which HTTP alone plays."""

    def agree_elsewhere(self, code):
        jar = self.desktop.folder / 'jar'
        jar.unlink(missing_ok=True)
        curl = [tap.find('curl'), '-sL', '-c', str(jar), '-b', str(jar)]

        def get(*arguments):
            return subprocess.run([*curl, *arguments], capture_output=True, text=True, check=True).stdout

        def find_form(page):
            action = re.search(r'action="([^"]+)"', page).group(1)
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
            return action if action.startswith('http') else self.issuer + action, fields

        def post(page, **values):
            action, fields = find_form(page)
            data = [word for item in {**fields, **values}.items() for word in ('--data-urlencode', '='.join(item))]
            return get(*data, action)

        page = post(get(f'{self.issuer}/device'), user_code=code)
        page = post(page, confirm='yes')
        page = post(page, prompt='login', login=USER, password='anything')
        post(page, prompt='consent')

    def test_command_line(self):
        added = self.envoictl('account', 'add', '--email', USER, '--host', 'localhost', '--port', self.server.tls_port,
                              '--security', 'tls', '--ca-file', self.server.ca_file, '--auth', 'xoauth2', '--oauth', 'test')
        self.assertEqual(added.returncode, 0, added.stderr)
        signing = subprocess.Popen([ENVOICTL, 'account', 'sign-in', USER, '--device'], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(signing.kill)
        line = signing.stderr.readline()
        self.assertIn(f'{self.issuer}/device', line)
        self.agree_elsewhere(line.split()[-1])
        out, err = signing.communicate(timeout=60)
        self.assertEqual(signing.returncode, 0, out + err)
        self.send('on another screen')
        removed = self.envoictl('account', 'remove', USER)
        self.assertEqual(removed.returncode, 0, removed.stderr)

    def test_window(self):
        self.begin()
        self.click('Sign In on Another Screen')
        code = self.app.find(name=lambda name: re.fullmatch(r'[A-Z]{4}-[A-Z]{4}', name)).name
        self.agree_elsewhere(code)
        self.finish()
        self.assertIn('secret = ', self.find_secrets('refresh-token'))


class LastPage(urllib.request.HTTPRedirectHandler):
    """Goes wherever it is sent, but not back to Envoi."""

    def redirect_request(self, request, answer, code, words, headers, address):
        if '/oauth2/test?' in address:
            raise urllib.error.HTTPError(address, code, words, headers, answer)
        return super().redirect_request(request, answer, code, words, headers, address)


class Paste(BrowserCase):
    """No browser opens here, and the one that has the link cannot come back: the last address is pasted."""

    @classmethod
    def prepare(cls):
        tap.need('xclip')
        os.environ['BROWSER'] = 'no-such-browser'
        cls.authority.control(answer='agree')

    def find_last_address(self, address):
        browser = urllib.request.build_opener(LastPage, urllib.request.HTTPCookieProcessor())
        with self.assertRaises(urllib.error.HTTPError) as stopped:
            browser.open(address, timeout=60)
        return stopped.exception.url

    def read_clipboard(self):
        return subprocess.run(['xclip', '-selection', 'clipboard', '-o'], capture_output=True, text=True).stdout

    def paste(self, text):
        keys('alt+a', 'ctrl+a')
        subprocess.run(['xclip', '-selection', 'clipboard', '-i'], input=text, text=True, check=True)
        keys('ctrl+v')
        field = self.app.find('text', 'Address at the end')
        desktop.wait_for('the address to be there', lambda: field.queryText().characterCount == len(text))
        keys('Return')

    def test_window(self):
        self.begin()
        self.click('Open Browser')
        self.app.find(name='The browser could not be opened.')
        self.app.press('push button', 'Copy the Link')
        address = desktop.wait_for('the link in the clipboard', self.read_clipboard)
        self.assertTrue(address.startswith(f'{self.issuer}/auth?'), address)
        self.paste('https://example.org/somewhere/else')
        self.app.find(name='This is not the address of the last page.')
        self.paste(f'  {self.find_last_address(address)} ')
        self.app.find(name=f'Letters can go out as {USER}')
        self.assertIn('secret = ', self.find_secrets('refresh-token'))


ONLINE_ACCOUNTS = '''\
[Account account_1700000000_0]
Provider=imap_smtp
Identity={user}
PresentationIdentity={user}
Enabled=true
EmailAddress={user}
Name=Alice Liddell
ImapHost=localhost:{imap_port}
ImapUserName={user}
ImapUseSsl=true
ImapAcceptSslErrors=true
SmtpHost=localhost:{port}
SmtpUseAuth=true
SmtpAuthPlain=true
SmtpUserName={user}
SmtpUseSsl=true
SmtpUseTls=false
SmtpAcceptSslErrors=true
'''

IMAP = '''\
protocols = imap
ssl = yes
ssl_cert = <{chain}
ssl_key = <{chain}
first_valid_uid = 1
mail_location = maildir:{folder}/imap
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
'''


class ImapMailServer(MailServer):
    """GNOME Online Accounts looks at both servers of an account before it calls it good."""

    def write_configuration(self):
        super().write_configuration()
        self.imap_port = process.pick_ports(1)[0]
        path = self.folder / 'dovecot.conf'
        text = path.read_text().replace('protocols =\nssl = no\n', '')
        path.write_text(text + IMAP.format(folder=self.folder, port=self.imap_port, chain=self.authority.issue()))


class Online(Case):
    """The real daemon of GNOME Online Accounts has the account and its password."""

    provider = {'auth': ['password']}

    @classmethod
    def start_servers(cls):
        cls.server = ImapMailServer()
        cls.server.set_password(CODE)

    @classmethod
    def prepare(cls):
        tap.need('goa-daemon', 'gdbus')
        folder = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'goa-1.0'
        folder.mkdir(parents=True)
        (folder / 'accounts.conf').write_text(ONLINE_ACCOUNTS.format(user=USER, port=cls.server.tls_port,
                                                                   imap_port=cls.server.imap_port))
        secret = f"{{'imap-password': <'{CODE}'>, 'smtp-password': <'{CODE}'>}}"
        desktop.wait_for('the keyring', lambda: subprocess.run(
            ['secret-tool', 'store', '--label', 'GOA', 'goa-identity', 'imap_smtp:gen0:account_1700000000_0',
             'xdg:schema', 'org.gnome.OnlineAccounts'], input=secret, text=True,
            capture_output=True).returncode == 0)
        cls.desktop.start([tap.find('goa-daemon')])
        desktop.wait_for('the account of the desktop', lambda: USER in subprocess.run(
            ['gdbus', 'call', '--session', '--dest', 'org.gnome.OnlineAccounts', '--object-path',
             '/org/gnome/OnlineAccounts', '--method', 'org.freedesktop.DBus.ObjectManager.GetManagedObjects'],
            capture_output=True, text=True).stdout)

    def test_one_click(self):
        self.click('Add Account')
        self.app.find_window('Add Account')
        self.app.find(name='Or use an account you already have on this computer')
        self.app.tab_to(self.app.find('list item', USER))
        self.n_clicks += 1
        keys('Return')
        self.finish()
        self.assertEqual(self.find_secrets('password'), '')
        self.assertEqual(self.send('by the account of the desktop')['From'], f'Alice Liddell <{USER}>')


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    OIDC = pathlib.Path(sys.argv[3])
    del sys.argv[1:4]
    tap.main()
