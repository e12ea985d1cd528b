/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <jsc/jsc.h>
#include <webkit/webkit.h>

G_BEGIN_DECLS

/* What is called of the web engine. */
#define ENVOI_WEB_FUNCTIONS(FUNCTION) \
  FUNCTION (jsc_context_evaluate) \
  FUNCTION (jsc_context_get_exception) \
  FUNCTION (jsc_context_new) \
  FUNCTION (jsc_value_function_call) \
  FUNCTION (jsc_value_is_boolean) \
  FUNCTION (jsc_value_is_string) \
  FUNCTION (jsc_value_object_get_property) \
  FUNCTION (jsc_value_object_get_property_at_index) \
  FUNCTION (jsc_value_to_boolean) \
  FUNCTION (jsc_value_to_int32) \
  FUNCTION (jsc_value_to_string) \
  FUNCTION (webkit_context_menu_append) \
  FUNCTION (webkit_context_menu_get_items) \
  FUNCTION (webkit_context_menu_get_n_items) \
  FUNCTION (webkit_context_menu_item_get_stock_action) \
  FUNCTION (webkit_context_menu_item_new_from_gaction) \
  FUNCTION (webkit_context_menu_item_new_separator) \
  FUNCTION (webkit_context_menu_item_new_with_submenu) \
  FUNCTION (webkit_context_menu_new) \
  FUNCTION (webkit_context_menu_remove) \
  FUNCTION (webkit_find_controller_search) \
  FUNCTION (webkit_find_controller_search_finish) \
  FUNCTION (webkit_find_controller_search_next) \
  FUNCTION (webkit_find_controller_search_previous) \
  FUNCTION (webkit_get_major_version) \
  FUNCTION (webkit_get_micro_version) \
  FUNCTION (webkit_get_minor_version) \
  FUNCTION (webkit_navigation_action_get_navigation_type) \
  FUNCTION (webkit_navigation_action_get_request) \
  FUNCTION (webkit_navigation_policy_decision_get_navigation_action) \
  FUNCTION (webkit_network_session_new_ephemeral) \
  FUNCTION (webkit_permission_request_deny) \
  FUNCTION (webkit_policy_decision_ignore) \
  FUNCTION (webkit_policy_decision_use) \
  FUNCTION (webkit_settings_new) \
  FUNCTION (webkit_settings_new_with_settings) \
  FUNCTION (webkit_uri_request_get_uri) \
  FUNCTION (webkit_uri_scheme_request_finish) \
  FUNCTION (webkit_uri_scheme_request_finish_error) \
  FUNCTION (webkit_uri_scheme_request_get_path) \
  FUNCTION (webkit_uri_scheme_request_get_web_view) \
  FUNCTION (webkit_user_content_manager_add_script) \
  FUNCTION (webkit_user_content_manager_new) \
  FUNCTION (webkit_user_content_manager_register_script_message_handler) \
  FUNCTION (webkit_user_script_new_for_world) \
  FUNCTION (webkit_user_script_unref) \
  FUNCTION (webkit_web_context_new) \
  FUNCTION (webkit_web_context_register_uri_scheme) \
  FUNCTION (webkit_web_context_set_cache_model) \
  FUNCTION (webkit_web_context_set_spell_checking_enabled) \
  FUNCTION (webkit_web_context_set_spell_checking_languages) \
  FUNCTION (webkit_web_view_call_async_javascript_function) \
  FUNCTION (webkit_web_view_call_async_javascript_function_finish) \
  FUNCTION (webkit_web_view_evaluate_javascript) \
  FUNCTION (webkit_web_view_evaluate_javascript_finish) \
  FUNCTION (webkit_web_view_get_find_controller) \
  FUNCTION (webkit_web_view_get_type) \
  FUNCTION (webkit_web_view_get_user_content_manager) \
  FUNCTION (webkit_web_view_load_html) \
  FUNCTION (webkit_web_view_set_background_color) \
  FUNCTION (webkit_web_view_set_zoom_level)

/* The web engine is more than half of the libraries that a start would load, and nobody needs
 * it to look at the outbox or to write plain text. So the program is not linked with it: it is
 * loaded ahead of the first formatted letter, and called through these pointers, which have the
 * types that its own headers give them. All NULL before envoi_web_load_async() is done. */
typedef struct {
#define ENVOI_WEB_MEMBER(name) __typeof__ (name) *name;
  ENVOI_WEB_FUNCTIONS (ENVOI_WEB_MEMBER)
#undef ENVOI_WEB_MEMBER
} EnvoiWeb;

extern EnvoiWeb envoi_web;

gboolean envoi_web_is_loaded   (void);
/* Once for the whole run of the program; every later call is done at once.
 * Errors: G_MODULE_ERROR, G_IO_ERROR_CANCELLED. Thread: main */
void     envoi_web_load_async  (GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean envoi_web_load_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
