/* tend/uuid.h: identifiers that need no authority, by the names of Python's uuid.
 *
 *     #include <tend.h>
 *
 *     static void name_things(td_scope *s) {
 *         td_print(s, "%s", td_uuid_str(s, td_uuid_uuid4(s)));                 // another one each time
 *         const td_uuid *host = td_uuid_uuid5(s, TD_NAMESPACE_DNS, "db.example.org");
 *         td_print(s, "%s", td_uuid_str(s, host));                             // always the same
 *     }
 */
#ifndef TEND_UUID_H
#define TEND_UUID_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Its 16 bytes, as they are sent and stored. Of a failed call all 0. */
typedef struct td_uuid {
	uint8_t bytes[16];
} td_uuid;

/* Of hexadecimal digits, in the usual form or any other: "{…}", "urn:uuid:…", without hyphens, capitals. ValueError "badly
 * formed hexadecimal UUID string". Never NULL. Python: uuid.UUID. */
TD_API const td_uuid *td_uuid_new(td_scope *s, const char *hex);
#define td_uuid_new(s, ...) (td_uuid_new)(TD_HERE(s), __VA_ARGS__)
/* Of its 16 bytes; ValueError for another number of them. Python: uuid.UUID(bytes=…). */
TD_API const td_uuid *td_uuid_new_bytes(td_scope *s, td_bytes bytes);
#define td_uuid_new_bytes(s, ...) (td_uuid_new_bytes)(TD_HERE(s), __VA_ARGS__)

/* A random one: nobody can guess it, and no two are the same. Python: uuid.uuid4. */
TD_API const td_uuid *td_uuid_uuid4(td_scope *s);
#define td_uuid_uuid4(s) (td_uuid_uuid4)(TD_HERE(s))
/* The one that always belongs to this name in this namespace, by SHA-1 (uuid5) or MD5 (uuid3, for what began with it).
 * ImportError without libcrypto (package libssl3). Python: uuid.uuid5, uuid.uuid3. */
TD_API const td_uuid *td_uuid_uuid5(td_scope *s, const td_uuid *namespace_, const char *name);
#define td_uuid_uuid5(s, ...) (td_uuid_uuid5)(TD_HERE(s), __VA_ARGS__)
TD_API const td_uuid *td_uuid_uuid3(td_scope *s, const td_uuid *namespace_, const char *name);
#define td_uuid_uuid3(s, ...) (td_uuid_uuid3)(TD_HERE(s), __VA_ARGS__)

/* The namespaces that everybody knows, for host names, addresses (URL), object identifiers and X.500 names. Python:
 * uuid.NAMESPACE_DNS, uuid.NAMESPACE_URL, uuid.NAMESPACE_OID, uuid.NAMESPACE_X500. */
TD_API extern const td_uuid td__namespaces[4];
#define TD_NAMESPACE_DNS (&td__namespaces[0])
#define TD_NAMESPACE_URL (&td__namespaces[1])
#define TD_NAMESPACE_OID (&td__namespaces[2])
#define TD_NAMESPACE_X500 (&td__namespaces[3])

/* "6ba7b810-9dad-11d1-80b4-00c04fd430c8"; the same without hyphens. Python: str(uuid), uuid.UUID.hex. */
TD_API const char *td_uuid_str(td_scope *s, const td_uuid *uuid);
#define td_uuid_str(s, uuid) (td_uuid_str)(TD_HERE(s), (uuid))
TD_API const char *td_uuid_hex(td_scope *s, const td_uuid *uuid);
#define td_uuid_hex(s, uuid) (td_uuid_hex)(TD_HERE(s), (uuid))
/* Which of the ways it was made by, 0 to 15; −1, Python's None, when it is not of the kind that says so. Python:
 * uuid.UUID.version. */
TD_API int td_uuid_version(const td_uuid *uuid);
/* "specified in RFC 4122" for all that are made here. Python: uuid.UUID.variant. */
TD_API const char *td_uuid_variant(const td_uuid *uuid);

TD__END
#endif
