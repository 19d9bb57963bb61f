"""The names of the methods of the types that every program uses: strings, files, sockets, mocks.

They are what typeshed says of `COMMON_MODULES`, written down: to read that many stubs takes longer
than a review of a small file. A test holds both against each other and writes this list anew.

    "append" in common_names()      True
"""

from __future__ import annotations

from functools import cache
from typing import Final

COMMON_MODULES: Final = (
    "builtins",
    "io",
    "typing",
    "collections",
    "re",
    "threading",
    "queue",
    "socket",
    "subprocess",
    "logging",
    "datetime",
    "pathlib",
    "argparse",
    "contextlib",
    "asyncio.futures",
    "asyncio.tasks",
    "concurrent.futures._base",
    "unittest.mock",
    "unittest.case",
    "configparser",
    "sqlite3",
    "xml.etree.ElementTree",
    "email.message",
    "http.client",
    "decimal",
    "string",
    "struct",
    "hashlib",
    "random",
    "uuid",
    "zipfile",
    "tarfile",
    "csv",
    "weakref",
    "array",
    "select",
    "selectors",
    "ssl",
    "urllib.parse",
    "urllib.request",
)


@cache
def common_names() -> frozenset[str]:
    """The names, those between double underscores left out."""
    return frozenset(_NAMES.split())


_NAMES: Final = """
A AF_ALG AF_APPLETALK AF_ASH AF_ATMPVC AF_ATMSVC AF_AX25 AF_BLUETOOTH AF_BRIDGE AF_CAN AF_ECONET
AF_INET AF_INET6 AF_IPX AF_IRDA AF_KEY AF_LLC AF_NETBEUI AF_NETLINK AF_NETROM AF_PACKET AF_PPPOX
AF_QIPCRTR AF_RDS AF_ROSE AF_ROUTE AF_SECURITY AF_SNA AF_TIPC AF_UNIX AF_UNSPEC AF_VSOCK AF_WANPIPE
AF_X25 AI_ADDRCONFIG AI_ALL AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_PASSIVE AI_V4MAPPED
ALERT_DESCRIPTION_ACCESS_DENIED ALERT_DESCRIPTION_BAD_CERTIFICATE
ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE
ALERT_DESCRIPTION_BAD_RECORD_MAC ALERT_DESCRIPTION_CERTIFICATE_EXPIRED
ALERT_DESCRIPTION_CERTIFICATE_REVOKED ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN
ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE ALERT_DESCRIPTION_CLOSE_NOTIFY
ALERT_DESCRIPTION_DECODE_ERROR ALERT_DESCRIPTION_DECOMPRESSION_FAILURE
ALERT_DESCRIPTION_DECRYPT_ERROR ALERT_DESCRIPTION_HANDSHAKE_FAILURE
ALERT_DESCRIPTION_ILLEGAL_PARAMETER ALERT_DESCRIPTION_INSUFFICIENT_SECURITY
ALERT_DESCRIPTION_INTERNAL_ERROR ALERT_DESCRIPTION_NO_RENEGOTIATION
ALERT_DESCRIPTION_PROTOCOL_VERSION ALERT_DESCRIPTION_RECORD_OVERFLOW
ALERT_DESCRIPTION_UNEXPECTED_MESSAGE ALERT_DESCRIPTION_UNKNOWN_CA
ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY ALERT_DESCRIPTION_UNRECOGNIZED_NAME
ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION
ALERT_DESCRIPTION_USER_CANCELLED ASCII BOOLEAN_STATES CERT_NONE CERT_OPTIONAL CERT_REQUIRED
CLIENT_AUTH CRC DEBUG DEFAULT_TIMEOUT DOTALL DataError DatabaseError Emax Emin Error Etiny Etop
FileHeader GETTERCRE I IGNORECASE IntegrityError InterfaceError InternalError L LOCALE M
MAXIMUM_SUPPORTED MAX_N MAX_SEEK_READ MINIMUM_SUPPORTED MIN_READ_SIZE MSG_CMSG_CLOEXEC MSG_CONFIRM
MSG_CTRUNC MSG_DONTROUTE MSG_DONTWAIT MSG_EOR MSG_ERRQUEUE MSG_FASTOPEN MSG_MORE MSG_NOSIGNAL
MSG_OOB MSG_PEEK MSG_TRUNC MSG_WAITALL MULTILINE NOFLAG NONSPACECRE NameToInfo NotSupportedError
OPEN_METH OPTCRE OPTCRE_NV OP_ALL OP_CIPHER_SERVER_PREFERENCE OP_ENABLE_KTLS
OP_ENABLE_MIDDLEBOX_COMPAT OP_IGNORE_UNEXPECTED_EOF OP_LEGACY_SERVER_CONNECT OP_NO_COMPRESSION
OP_NO_RENEGOTIATION OP_NO_SSLv2 OP_NO_SSLv3 OP_NO_TICKET OP_NO_TLSv1 OP_NO_TLSv1_1 OP_NO_TLSv1_2
OP_NO_TLSv1_3 OP_SINGLE_DH_USE OP_SINGLE_ECDH_USE OperationalError PROTOCOL_SSLv2 PROTOCOL_SSLv23
PROTOCOL_SSLv3 PROTOCOL_TLS PROTOCOL_TLS_CLIENT PROTOCOL_TLS_SERVER PROTOCOL_TLSv1 PROTOCOL_TLSv1_1
PROTOCOL_TLSv1_2 ProgrammingError S SECTCRE SERVER_AUTH SOCK_CLOEXEC SOCK_DGRAM SOCK_NONBLOCK
SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_STREAM SSL_ERROR_EOF SSL_ERROR_INVALID_ERROR_CODE
SSL_ERROR_SSL SSL_ERROR_SYSCALL SSL_ERROR_WANT_CONNECT SSL_ERROR_WANT_READ SSL_ERROR_WANT_WRITE
SSL_ERROR_WANT_X509_LOOKUP SSL_ERROR_ZERO_RETURN SSLv3 TEST_PREFIX TLSv1 TLSv1_1 TLSv1_2 TLSv1_3 U
UNICODE VERBOSE VERIFY_ALLOW_PROXY_CERTS VERIFY_CRL_CHECK_CHAIN VERIFY_CRL_CHECK_LEAF VERIFY_DEFAULT
VERIFY_X509_PARTIAL_CHAIN VERIFY_X509_STRICT VERIFY_X509_TRUSTED_FIRST VERSION Warning X
_ChoicesPseudoAction _OPT_NV_TMPL _OPT_TMPL _SECT_TMPL _Section _action_groups _action_max_length
_actions _add_action _add_container_actions _add_item _asdict _bufsize _call_matcher _calls_repr
_check_conflict _check_value _choices_actions _condition _container _count _current_indent
_current_section _dedent _defaults _encoding _errors _exception _execute_mock_call _expand_help
_extract_member _extract_mock_name _field_defaults _fields _fill_text _fmt _for_archive
_formatMessage _format_action _format_action_invocation _format_args _format_mock_call_signature
_format_mock_failure_message _format_text _format_usage _from_iterable _get _getAssertEqualityFunc
_get_args _get_call_signature_from_name _get_child_mock _get_conv _get_default_metavar_for_optional
_get_default_metavar_for_positional _get_formatter _get_handler _get_help_string _get_kwargs
_get_nargs_pattern _get_option_tuples _get_optional_actions _get_optional_kwargs
_get_positional_actions _get_positional_kwargs _get_subactions _get_value _get_values _group_actions
_handle_conflict_error _handle_conflict_resolve _has_negative_number_optionals _hash _indent
_indent_increment _init _iter_indented_subactions _join_parts _level _log _long_break_matcher _make
_match_argument _match_arguments_partial _max_help_position _metavar_formatter _mock_add_spec _mode
_mutually_exclusive_groups _name_parser_map _negative_number_matcher _open _option_string_actions
_optionals _parse_known_args _parse_optional _parser_class _pop_action_class _positionals
_print_message _prog _prog_prefix _put _qsize _read_args_from_files _recreate_cm _registries
_registry_get _remove_action _replace _result _root_section _setroot _split_lines _state _style
_subparsers _testMethodDoc _testMethodName _tpl _value _vformat _waiters _whitespace_matcher _width
abort abs absolute accept aclose acquire add addClassCleanup addCleanup addFilter addHandler
addTypeEqualityFunc add_alternative add_argument add_argument_group add_arguments add_attachment
add_cancelled add_done_callback add_exception add_handler add_header add_help
add_mutually_exclusive_group add_note add_parent add_parser add_password add_related add_result
add_section add_subparsers add_text add_unredirected_header add_usage addfile addheaders
additional_patchers adjusted aead alg_bits alive all_tasks_done allow_abbrev anchor append
appendleft args argument_default argument_name arraysize as_bytes as_integer_ratio as_posix
as_string as_tuple as_uri asctime asctime_format asctime_search asend assertAlmostEqual
assertCountEqual assertDictEqual assertEndsWith assertEqual assertFalse assertGreater
assertGreaterEqual assertHasAttr assertIn assertIs assertIsInstance assertIsNone assertIsNot
assertIsNotNone assertIsSubclass assertLess assertLessEqual assertListEqual assertLogs
assertMultiLineEqual assertNoLogs assertNotAlmostEqual assertNotEndsWith assertNotEqual
assertNotHasAttr assertNotIn assertNotIsInstance assertNotIsSubclass assertNotRegex
assertNotStartsWith assertRaises assertRaisesRegex assertRegex assertSequenceEqual assertSetEqual
assertStartsWith assertTrue assertTupleEqual assertWarns assertWarnsRegex assert_any_await
assert_any_call assert_awaited assert_awaited_once assert_awaited_once_with assert_awaited_with
assert_called assert_called_once assert_called_once_with assert_called_with assert_has_awaits
assert_has_calls assert_not_awaited assert_not_called astimezone atexit athrow attach attach_mock
attrib attribute attribute_name auth auth_header auto_open autocommit autospec await_args
await_args_list await_count backup baseFilename before_get before_read before_set before_write begin
betavariate binomialvariate bit_count bit_length blobopen blocksize braceidpattern broken buffer
buffer_info bytes bytes_le byteswap bz2open c_contiguous cafile callHandlers call_args
call_args_list call_count call_list callback called cancel cancelled canonical capath capitalize
capitals casefold cast center characters_written check_cache check_returncode check_unused_args
chksum chmod choice choices chown chunk_left chunked cipher clamp clear clear_cache clear_content
clear_flags clear_traps client_sigalg clock_seq clock_seq_hi_variant clock_seq_low close closed cmd
code colno color combine comment commit communicate compare compare_signal compare_total
compare_total_mag compress_level compress_size compress_type compression compresslevel
configure_mock conflict_handler conjugate connect connect_ex connect_ftp connection const context
contiguous convert_arg_line_to_args convert_field converter converters cookiejar copy copy_abs
copy_decimal copy_into copy_negate copy_sign count countTestCases create createLock create_aggregate
create_collation create_decimal create_decimal_from_float create_function create_gnu_header
create_mock create_pax_global_header create_pax_header create_system create_ustar_header
create_version create_window_function created critical ctime cursor cwd daemon data data_open date
date_time datefmt day days debug debuglevel decode decorate_async_callable decorate_callable
decorate_class decoration_helper default defaultTestResult default_factory default_format
default_msec_format default_port default_section default_time_format defaults defects del_param
delay deleter delimiter denominator dereference derive description deserialize dest detach devmajor
devminor dialect dict difference difference_update digest digits disable disabled discard divide
divide_int divmod doClassCleanups doCleanups do_handshake do_open do_request_ done doublequote drive
dst dup elements emit emittedNoHandlerWarning empty enable_load_extension encode encoding end
end_lineno end_offset end_section endheaders endpos endswith endtransfer enterClassContext
enterContext enter_async_context enter_context enter_result entity epilog epilogue errno error
errorlevel errors escapechar evaluate_bound evaluate_constraints evaluate_default evaluate_value
event events exc_info exc_text exception exceptions execute executemany executescript exists exit
exit_on_error exp expand expandtabs expanduser expected expected_regex exponent expovariate extend
extendleft external_attr extra extract extract_version extractall extractfile extraction_filter
extrasaction f_contiguous fail failureException family fatal fd fdel feed fetchall fetchmany
fetchone fget field_spec fieldnames fields file_close file_open file_size filelist filename
filename2 fileno fileobj fileobject filter filters finalize find findCaller find_user_password
findall finditer findtext finished finished_futures flag_bits flags flush fma fmt_spec fold format
formatException formatFooter formatHeader formatMessage formatStack formatTime format_field
format_help format_map format_usage formatter formatter_class fp fragment from_bytes from_file
from_float from_number from_uri frombuf frombytes fromfd fromfile fromfile_prefix_chars fromhex
fromisocalendar fromisoformat fromkeys fromlist fromname fromnid fromordinal fromtarfile
fromtimestamp fromunicode fromutc fset ftp_open full full_match full_url fullmatch func funcName
function futures gammavariate gauss gen get getChild getChildren getEffectiveLevel getLogger
getMessage getName get_algorithm_impls get_all get_authorization get_body get_boundary get_ca_certs
get_channel_binding get_charset get_charsets get_ciphers get_cnonce get_content get_content_charset
get_content_disposition get_content_maintype get_content_subtype get_content_type get_default
get_default_type get_entity_digest get_field get_filename get_full_url get_groups get_header
get_identifiers get_info get_inheritable get_key get_map get_method get_name get_names get_nowait
get_original get_param get_params get_payload get_proxy_response_headers get_unixfrom
get_unverified_chain get_value get_verified_chain getallmatchingheaders getboolean getbuffer getcode
getconfig getfloat getheader getheaders getinfo getint getlimit getmember getmembers getnames
getpeercert getrandbits getresponse getroot getstate gettarinfo getter geturl gid glob gname group
groupdict groupindex groups gzopen handle handleError handler_order handlers hardlink_to hasHandlers
has_default has_header has_local has_option has_proxy has_section header_items header_offset headers
help hex home host hostname hostname_checks_common_name hour http_error_301 http_error_302
http_error_303 http_error_307 http_error_308 http_error_401 http_error_407 http_error_auth_reqed
http_error_default http_open http_request http_response https_open https_request https_response id
ident idpattern ids ignore_zeros imag in_dict in_transaction index indices inf_msg info infolist
init insert insert_comments insert_pis instance int internal_attr interrupt intersection
intersection_update interval inverse isDaemon isEnabledFor isSet is_absolute is_alive is_attachment
is_authenticated is_block_device is_canonical is_char_device is_dir is_fifo is_file is_finite
is_infinite is_integer is_junction is_local is_mount is_multipart is_nan is_normal is_qnan
is_relative_to is_safe is_set is_shutdown is_signed is_snan is_socket is_subnormal is_suburi
is_symlink is_valid is_zero isalnum isalpha isascii isatty isblk ischr isclosed isdecimal isdev
isdigit isdir isdisjoint isfifo isfile isidentifier islnk islower isnumeric isocalendar isoformat
isolation_level isoweekday isprintable isreg isspace issparse issubset issuperset issym istitle
isupper items itemsize iter iter_attachments iter_parts iterdir iterdump iterfind itertext
itervaluerefs join joinpath kea key keylog_filename keyrefs keys kill kwargs kwds lastgroup
lastindex lastrowid lchmod length level levelname levelno library line line_buffering line_num
linefmt lineno lineterminator linkname linkpath list ljust ln load_default_certs load_dh_params
load_extension load_verify_locations lock locked log log10 logRecordFactory logb logger loggerClass
loggerDict loggerMap logical_and logical_invert logical_or logical_xor lognormvariate longMessage
longname lower lstat lstrip makeRecord make_alternative make_mixed make_related makedev makedir
makeelement makefifo makefile makelink makelink_with_filter maketrans makeunknown manager map maps
match max maxDiff max_mag max_redirections max_repeats maximum_version maxlen maxsize merge_extra
message metavar method method_calls microsecond microseconds min min_mag minimum_version minus
minute mkdir mock_add_spec mock_calls mode modify module month most_common move move_into
move_to_end mro msecs msg mtime multiple multiply mutex n_waiting name name_from namelist names
nargs native_id nbytes ndim netloc new new_callable new_child newlines next next_minus next_plus
next_toward nid nlen node normalize normalvariate not_done not_empty not_full notify notifyAll
notify_all now num_pending_calls number_class numerator obj obj_name object offset offset_data oid
open open_local_file openssl_cafile openssl_cafile_env openssl_capath openssl_capath_env option
option_strings options optionxform orig_filename origin_req_host output owner params parent parents
paretovariate parse parse_args parse_intermixed_args parse_known_args parse_known_intermixed_args
parser partial parties partition parts passwd password path pathname pattern pax_headers peek
pending pi pid plus policy poll pop pop_all popitem popleft port pos position post_handshake_auth
power preamble prec preferred prefix_chars prefixmatch print_file_and_line print_help print_usage
printdir process processName prog propagate protocol proxy_open push push_async_callback
push_async_exit put put_nowait putheader putrequest pwd qsize quantize query queue quotechar quoting
radix randbytes randint randrange raw_items re read read1 read_bytes read_dict read_events read_file
read_string read_text readable reader readinto readline readlines readlink readonly real real_close
reason recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into redirect_request reduce_uri
reference register regs relativeCreated relative_to release remainder remainder_near remove
removeFilter removeHandler remove_header remove_option remove_section removeprefix removesuffix
rename replace replace_header request required reserved reset reset_mock reset_retry_count resize
resolution resolve response_class restkey restval result retrfile retry_http_basic_auth
retry_http_digest_auth return_value returncode reverse rfind rglob rindex rjust rmdir rollback root
rotate rounding row_factory rowcount rpartition rsplit rstrip run runTest running rx safe
safe_substitute same_quantum samefile sample scaleb scheme search second seconds section sections
security_level seed seek seekable select selected_alpn_protocol selected_npn_protocol selector send
send_signal sendall sendfile sendmsg sendto serialize server_hostname server_side server_sigalg
session session_reused set setDaemon setFormatter setLevel setLogRecordFactory setLoggerClass
setMaxConns setName setStream setTimeout setUp setUpClass set_alpn_protocols set_authorizer
set_boundary set_charset set_ciphers set_ciphersuites set_client_sigalgs set_content set_debuglevel
set_default_type set_default_verify_paths set_defaults set_ecdh_curve set_exception set_groups
set_http_debuglevel set_inheritable set_name set_npn_protocols set_param set_payload
set_progress_handler set_proxy set_raw set_result set_running_or_notify_cancel set_server_sigalgs
set_servername_callback set_trace_callback set_tunnel set_type set_unixfrom setconfig setdefault
setinputsizes setlimit setoutputsize setpassword setstate setter shape shared_ciphers shift
shortDescription shortname shuffle shutdown side_effect sign size skipTest skipinitialspace sniff
sock sort source span sparse spec spec_set split splitlines sqlite_errorcode sqlite_errorname sqrt
sslobject_class sslsocket_class stack_info start start_dir start_ns start_section startswith stat
status stderr stdin stdout stem step stop stop_on_exception stopall stream strength_bits strerror
strftime strict strides string strip strptime sub subTest subgroup submit subn suboffsets substitute
subtract suffix suffixes suggest_on_error swapcase symlink_to symmetric symmetric_difference
symmetric_difference_update tag tail take_bytes tarfile target tarinfo taropen taskName task_done
tearDown tearDownClass tell temp_original template terminate terminator test_case testzip text
text_factory thread threadName throw time time_hi_version time_low time_mid timeout timestamp
timetuple timetz title to_bytes to_eng_string to_integral to_integral_exact to_integral_value
to_sci_string tobuf tobytes today tofile tolist toordinal toreadonly total total_changes
total_seconds touch tounicode translate traps triangular truncate type typecode tzinfo tzname uid
uname unfinished_tasks uniform union universal_newlines unknown unknown_open unlink
unredirected_hdrs unregister unsafe unverifiable unwrap update update_authenticated upper url urn
usage username usesTime utc utcfromtimestamp utcnow utcoffset utctimetuple utime validate
validation_pattern value valuerefs values variant verify_client_post_handshake verify_code
verify_flags verify_message verify_mode version vformat volume vonmisesvariate wait wait_for
wait_until_any_call_with wait_until_called walk warn warning warnings week weekday weibullvariate
will_close with_name with_segments with_stem with_suffix with_traceback wrap_bio wrap_socket
writable write write_bytes write_c14n write_text writeheader writelines writepy writer writerow
writerows writestr xzopen year zfill zstopen
"""
