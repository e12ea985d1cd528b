/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-server.h"

#include "envoi-practice-certificate.h"
#include "envoi-practice-listener.h"
#include "envoi-practice-script.h"
#include "envoi-practice-session.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/**
 * EnvoiPracticeServer:
 *
 * A real submission server for one person at one computer: a thread that
 * accepts, and one for each connection, so that a session reads top to bottom.
 *
 * Thread: main; the functions that end in _sync: a worker
 */

#define INBOX_FOLDER "inbox"
#define MAX_SIZE (512 * G_GUINT64_CONSTANT (1024) * 1024)
#define MOST_CONNECTIONS 64
#define IDLE_SECONDS 300
#define BUSY_REPLY "421 4.3.2 Too many connections\r\n"

enum { LISTENER_TLS, LISTENER_STARTTLS, N_LISTENERS };

/* A letter's way from a worker to the main context that made the server, which
 * may be gone by the time it arrives. */
typedef struct {
  GWeakRef server;
  EnvoiPracticeLetter *letter;
} Arrival;

typedef struct {
  GSocket *socket;
  gboolean is_tls;
} Visit;

struct _EnvoiPracticeServer {
  GObject parent_instance;

  GFile                            *folder;
  char                             *folder_path;
  char                             *ca_file;
  GMainContext                     *context;

  EnvoiPracticeLogin               *login;
  EnvoiPracticeScript              *script;      /* NULL: the real server */

  EnvoiPracticeMailbox             *mailbox;
  gnutls_certificate_credentials_t credentials;
  EnvoiPracticeHost host;
  EnvoiPracticeListener listeners[N_LISTENERS];
  GCancellable                     *cancellable;
  GThread                          *acceptor;
  GThreadPool                      *visits;

  GMutex mutex;                     /* for those below */
  EnvoiPracticeCounts counts;
  guint most_connections;
  GCancellable                     *visitors;    /* of the visits there are */
};

G_DEFINE_FINAL_TYPE (EnvoiPracticeServer, envoi_practice_server, G_TYPE_OBJECT)

enum { PROP_FOLDER = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

enum { RECEIVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_weak_ref_clear (&arrival->server);
  envoi_practice_letter_free (arrival->letter);
  g_free (arrival);
}

static gboolean
arrived_cb (gpointer user_data)
{
  Arrival *arrival = user_data;
  g_autoptr (EnvoiPracticeServer) self = g_weak_ref_get (&arrival->server);

  if (self)
    g_signal_emit (self, signals[RECEIVED], 0, arrival->letter);

  return G_SOURCE_REMOVE;
}

/* A connection's worker calls this; the server outlives its workers. */
static void
received_cb (const EnvoiPracticeLetter *letter,
             gpointer                   user_data)
{
  EnvoiPracticeServer *self = user_data;
  Arrival *arrival = g_new0 (Arrival, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_weak_ref_init (&arrival->server, self);
  arrival->letter = envoi_practice_letter_copy (letter);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, arrived_cb, arrival, arrival_free);
  g_source_attach (source, self->context);
}

static void
visit_free (Visit *visit)
{
  g_object_unref (visit->socket);
  g_free (visit);
}

/* Whether the visitor may come in. */
static gboolean
count_arrival (EnvoiPracticeServer *self)
{
  EnvoiPracticeCounts *counts = &self->counts;
  gboolean may_come;

  g_mutex_lock (&self->mutex);
  may_come = counts->n_open < (int) self->most_connections;
  if (may_come) {
    counts->n_connections++;
    counts->n_open++;
    counts->most_open = MAX (counts->most_open, counts->n_open);
  } else {
    counts->n_turned_away++;
  }
  g_mutex_unlock (&self->mutex);

  return may_come;
}

static void
count_departure (EnvoiPracticeServer *self)
{
  g_mutex_lock (&self->mutex);
  self->counts.n_open--;
  g_mutex_unlock (&self->mutex);
}

static GCancellable *
ref_visitors (EnvoiPracticeServer *self)
{
  GCancellable *visitors;

  g_mutex_lock (&self->mutex);
  visitors = g_object_ref (self->visitors);
  g_mutex_unlock (&self->mutex);
  return visitors;
}

static void
serve_cb (gpointer data,
          gpointer user_data)
{
  EnvoiPracticeServer *self = user_data;
  Visit *visit = data;
  g_autoptr (GCancellable) visitors = ref_visitors (self);
  EnvoiPracticeStream *stream = envoi_practice_stream_new (visit->socket, IDLE_SECONDS, visitors);
  gboolean is_ready = !visit->is_tls ||
                      envoi_practice_stream_start_tls_sync (stream, self->credentials, NULL);

  visit_free (visit);
  if (is_ready && self->script)
    envoi_practice_script_play_sync (self->script, stream, self->credentials);
  else if (is_ready)
    envoi_practice_session_run_sync (stream, &self->host);

  g_atomic_int_add (&self->counts.n_records, (int) envoi_practice_stream_get_n_records (stream));
  envoi_practice_stream_free (stream);
  count_departure (self);
}

static void
turn_away (GSocket  *socket,
           gboolean  is_tls)
{
  /* Under TLS there is no cheap way to say it. */
  if (!is_tls)
    g_socket_send_with_blocking (socket, BUSY_REPLY, strlen (BUSY_REPLY), FALSE, NULL, NULL);
  g_socket_close (socket, NULL);
}

static void
accept_one (EnvoiPracticeServer *self,
            GSocket             *listener,
            gboolean             is_tls)
{
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);
  Visit *visit;

  if (!socket)
    return;

  if (!count_arrival (self)) {
    turn_away (socket, is_tls);
    return;
  }

  g_socket_set_blocking (socket, TRUE);
  visit = g_new0 (Visit, 1);
  visit->socket = g_steal_pointer (&socket);
  visit->is_tls = is_tls;
  g_thread_pool_push (self->visits, visit, NULL);
}

static GSocket *
get_listening (EnvoiPracticeServer *self,
               guint                index)
{
  return self->listeners[index / 2].sockets[index % 2];
}

static gpointer
accept_thread (gpointer user_data)
{
  EnvoiPracticeServer *self = user_data;
  GPollFD fds[2 * N_LISTENERS + 1] = { 0 };
  const guint n_sockets = 2 * N_LISTENERS;

  for (guint i = 0; i < n_sockets; i++) {
    GSocket *socket = get_listening (self, i);

    fds[i].fd = socket ? g_socket_get_fd (socket) : -1;
    fds[i].events = G_IO_IN;
  }
  g_cancellable_make_pollfd (self->cancellable, &fds[n_sockets]);

  while (!g_cancellable_is_cancelled (self->cancellable)) {
    g_poll (fds, n_sockets + 1, -1);
    for (guint i = 0; i < n_sockets; i++)
      if (fds[i].revents & G_IO_IN)
        accept_one (self, get_listening (self, i), i / 2 == LISTENER_TLS);
  }

  g_cancellable_release_fd (self->cancellable);
  return NULL;
}

static gboolean
prepare_folder (EnvoiPracticeServer  *self,
                GError              **error)
{
  g_autofree char *inbox = g_build_filename (self->folder_path, INBOX_FOLDER, NULL);

  if (g_mkdir_with_parents (self->folder_path, 0700) != 0) {
    int code = errno;

    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                 _("The practice account's folder cannot be made: %s"), g_strerror (code));
    return FALSE;
  }

  self->mailbox = envoi_practice_mailbox_new_sync (inbox, error);
  if (!self->mailbox)
    return FALSE;

  self->credentials = envoi_practice_certificate_load_sync (self->folder_path,
                                                            g_get_real_time () / G_USEC_PER_SEC,
                                                            error);
  return self->credentials != NULL;
}

static gboolean
open_listeners (EnvoiPracticeServer  *self,
                GError              **error)
{
  for (guint i = 0; i < N_LISTENERS; i++)
    if (!envoi_practice_listener_open (&self->listeners[i], error))
      return FALSE;

  return TRUE;
}

static void
envoi_practice_server_set_property (GObject      *object,
                                    guint         id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  EnvoiPracticeServer *self = ENVOI_PRACTICE_SERVER (object);

  switch (id) {
    case PROP_FOLDER:
      self->folder = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
envoi_practice_server_constructed (GObject *object)
{
  EnvoiPracticeServer *self = ENVOI_PRACTICE_SERVER (object);

  G_OBJECT_CLASS (envoi_practice_server_parent_class)->constructed (object);

  self->folder_path = g_file_get_path (self->folder);
  self->ca_file = envoi_practice_certificate_dup_ca_file (self->folder_path);
}

static void
envoi_practice_server_dispose (GObject *object)
{
  envoi_practice_server_stop_sync (ENVOI_PRACTICE_SERVER (object));

  G_OBJECT_CLASS (envoi_practice_server_parent_class)->dispose (object);
}

static void
envoi_practice_server_finalize (GObject *object)
{
  EnvoiPracticeServer *self = ENVOI_PRACTICE_SERVER (object);

  g_clear_pointer (&self->script, envoi_practice_script_free);
  g_clear_pointer (&self->login, envoi_practice_login_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->folder);
  g_free (self->folder_path);
  g_free (self->ca_file);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (envoi_practice_server_parent_class)->finalize (object);
}

static void
envoi_practice_server_class_init (EnvoiPracticeServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = envoi_practice_server_set_property;
  object_class->constructed = envoi_practice_server_constructed;
  object_class->dispose = envoi_practice_server_dispose;
  object_class->finalize = envoi_practice_server_finalize;

  /**
   * EnvoiPracticeServer:folder: (attributes org.gtk.Property.set=)
   *
   * Where the certificate and the inbox are.
   */
  properties[PROP_FOLDER] =
    g_param_spec_object ("folder", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * EnvoiPracticeServer::received:
   * @self: the server
   * @letter: the letter that is in the inbox now
   *
   * Emitted on the main context that was the thread's default when the server
   * was made.
   */
  signals[RECEIVED] = g_signal_new ("received", ENVOI_TYPE_PRACTICE_SERVER, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    ENVOI_TYPE_PRACTICE_LETTER | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
envoi_practice_server_init (EnvoiPracticeServer *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->login = envoi_practice_login_new ();
  self->most_connections = MOST_CONNECTIONS;
  g_mutex_init (&self->mutex);
}

/**
 * envoi_practice_server_new:
 * @folder: a local folder of its own; made when it starts
 *
 * Returns: (transfer full): a server that does not run yet
 *
 * Thread: main
 */
EnvoiPracticeServer *
envoi_practice_server_new (GFile *folder)
{
  return g_object_new (ENVOI_TYPE_PRACTICE_SERVER, "folder", folder, NULL);
}

/**
 * envoi_practice_server_set_login:
 * @self: a server
 * @user: the user name to accept
 * @password: the password, or the access token, to accept
 *
 * Sets the one login that is right. Before this, every login is.
 *
 * Thread: any
 */
void
envoi_practice_server_set_login (EnvoiPracticeServer *self,
                                 const char          *user,
                                 const char          *password)
{
  envoi_practice_login_set (self->login, user, password);
}

/**
 * envoi_practice_server_get_counts:
 * @self: a server
 *
 * Tells what its clients have done. The records of a connection are counted
 * when it has ended.
 *
 * Returns: the counts since the last start
 *
 * Thread: any
 */
EnvoiPracticeCounts
envoi_practice_server_get_counts (EnvoiPracticeServer *self)
{
  EnvoiPracticeCounts counts;

  g_mutex_lock (&self->mutex);
  counts = self->counts;
  g_mutex_unlock (&self->mutex);

  counts.n_hellos = g_atomic_int_get (&self->counts.n_hellos);
  counts.n_sign_ins = g_atomic_int_get (&self->counts.n_sign_ins);
  counts.n_quits = g_atomic_int_get (&self->counts.n_quits);
  counts.n_records = g_atomic_int_get (&self->counts.n_records);
  return counts;
}

/**
 * envoi_practice_server_set_most_connections:
 * @self: a server
 * @most: how many connections there may be at a time
 *
 * Makes it turn away those that come on top.
 *
 * Thread: any
 */
void
envoi_practice_server_set_most_connections (EnvoiPracticeServer *self,
                                            guint                most)
{
  g_mutex_lock (&self->mutex);
  self->most_connections = most;
  g_mutex_unlock (&self->mutex);
}

/**
 * envoi_practice_server_hang_up:
 * @self: a server that runs
 *
 * Ends every connection there is, as a server does that grows tired of idle
 * ones, and goes on.
 *
 * Thread: any
 */
void
envoi_practice_server_hang_up (EnvoiPracticeServer *self)
{
  g_autoptr (GCancellable) visitors = NULL;

  g_mutex_lock (&self->mutex);
  visitors = g_steal_pointer (&self->visitors);
  self->visitors = g_cancellable_new ();
  g_mutex_unlock (&self->mutex);

  g_cancellable_cancel (visitors);
}

/**
 * envoi_practice_server_set_script:
 * @self: a server that does not run
 * @script: the text of a dialogue; envoi-practice-script.c has its words
 * @error: return location
 *
 * Makes the server play a dialogue instead of being one.
 *
 * Returns: whether @script makes sense
 *
 * Errors: G_IO_ERROR_INVALID_ARGUMENT naming the line
 * Thread: main
 */
gboolean
envoi_practice_server_set_script (EnvoiPracticeServer  *self,
                                  const char           *script,
                                  GError              **error)
{
  g_return_val_if_fail (!self->acceptor, FALSE);

  g_clear_pointer (&self->script, envoi_practice_script_free);
  self->script = envoi_practice_script_parse (script, error);
  return self->script != NULL;
}

/**
 * envoi_practice_server_dup_script_failure:
 * @self: a server
 *
 * Returns: (transfer full) (nullable): what first went otherwise than the
 *   dialogue has it
 *
 * Thread: any
 */
char *
envoi_practice_server_dup_script_failure (EnvoiPracticeServer *self)
{
  return self->script ? envoi_practice_script_dup_failure (self->script) : NULL;
}

/**
 * envoi_practice_server_has_script_ended:
 * @self: a server
 *
 * Returns: whether every part of the dialogue was played and has ended
 *
 * Thread: any
 */
gboolean
envoi_practice_server_has_script_ended (EnvoiPracticeServer *self)
{
  return self->script && envoi_practice_script_has_ended (self->script);
}

/**
 * envoi_practice_server_get_script_line:
 * @self: a server
 *
 * Returns: the dialogue's line that is being played, or was last; 0 before all
 *
 * Thread: any
 */
guint
envoi_practice_server_get_script_line (EnvoiPracticeServer *self)
{
  return self->script ? envoi_practice_script_get_line (self->script) : 0;
}

/**
 * envoi_practice_server_start_sync:
 * @self: a server that does not run
 * @cancellable: (nullable): looked at before anything is done
 * @error: return location
 *
 * Makes the certificate on first use and begins to accept.
 *
 * Returns: whether it runs
 *
 * Errors: any of GIOError or GFileError
 * Thread: worker
 */
gboolean
envoi_practice_server_start_sync (EnvoiPracticeServer  *self,
                                  GCancellable         *cancellable,
                                  GError              **error)
{
  g_return_val_if_fail (!self->acceptor, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  if (!prepare_folder (self, error) || !open_listeners (self, error)) {
    envoi_practice_server_stop_sync (self);
    return FALSE;
  }

  self->host = (EnvoiPracticeHost) {
    .credentials = self->credentials,
    .mailbox = self->mailbox,
    .login = self->login,
    .n_hellos = &self->counts.n_hellos,
    .n_sign_ins = &self->counts.n_sign_ins,
    .n_quits = &self->counts.n_quits,
    .max_size = MAX_SIZE,
    .received = received_cb,
    .user_data = self,
  };
  self->counts = (EnvoiPracticeCounts) { 0 };
  self->cancellable = g_cancellable_new ();
  self->visitors = g_cancellable_new ();
  self->visits = g_thread_pool_new_full (serve_cb, self, (GDestroyNotify) visit_free, -1, FALSE,
                                         NULL);
  self->acceptor = g_thread_new ("practice", accept_thread, self);
  return TRUE;
}

/**
 * envoi_practice_server_stop_sync:
 * @self: a server
 *
 * Ends every connection and waits for its thread; quick, since nothing there
 * outlasts its cancellation. Does nothing when the server does not run.
 *
 * Thread: any, not one of its own
 */
void
envoi_practice_server_stop_sync (EnvoiPracticeServer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->acceptor, g_thread_join);

  /* It stays in its place: a visit that has not begun yet must find it cancelled. */
  g_cancellable_cancel (self->visitors);
  if (self->visits)
    g_thread_pool_free (g_steal_pointer (&self->visits), FALSE, TRUE);

  for (guint i = 0; i < N_LISTENERS; i++)
    envoi_practice_listener_close (&self->listeners[i]);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->visitors);
  g_clear_pointer (&self->mailbox, envoi_practice_mailbox_free);
  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
}

/**
 * envoi_practice_server_get_tls_port:
 * @self: a server
 *
 * Returns: the port for implicit TLS, or 0 when it does not run
 *
 * Thread: any
 */
guint16
envoi_practice_server_get_tls_port (EnvoiPracticeServer *self)
{
  return self->listeners[LISTENER_TLS].port;
}

/**
 * envoi_practice_server_get_starttls_port:
 * @self: a server
 *
 * Returns: the port for STARTTLS, or 0 when it does not run
 *
 * Thread: any
 */
guint16
envoi_practice_server_get_starttls_port (EnvoiPracticeServer *self)
{
  return self->listeners[LISTENER_STARTTLS].port;
}

/**
 * envoi_practice_server_get_ca_file:
 * @self: a server
 *
 * Returns: (transfer none): path of the PEM file with the authority that signed
 *   the server's certificate; it is there once the server has started
 *
 * Thread: any
 */
const char *
envoi_practice_server_get_ca_file (EnvoiPracticeServer *self)
{
  return self->ca_file;
}

/**
 * envoi_practice_server_list_sync:
 * @self: a server, running or not
 * @error: return location
 *
 * Returns: (transfer full) (element-type EnvoiPracticeLetter): the letters in
 *   the inbox, newest first, or %NULL with @error set
 *
 * Errors: any of GFileError
 * Thread: worker
 */
GPtrArray *
envoi_practice_server_list_sync (EnvoiPracticeServer  *self,
                                 GError              **error)
{
  g_autofree char *inbox = g_build_filename (self->folder_path, INBOX_FOLDER, NULL);

  return envoi_practice_mailbox_list_sync (inbox, error);
}

/**
 * envoi_practice_server_dup_letter_file:
 * @self: a server
 * @id: a letter's id
 *
 * Returns: (transfer full) (nullable): the letter's file, or %NULL when @id
 *   cannot name one
 *
 * Thread: any
 */
GFile *
envoi_practice_server_dup_letter_file (EnvoiPracticeServer *self,
                                       const char          *id)
{
  g_autoptr (GFile) inbox = NULL;

  if (!envoi_practice_mailbox_is_letter_name (id))
    return NULL;

  inbox = g_file_get_child (self->folder, INBOX_FOLDER);
  return g_file_get_child (inbox, id);
}
