/* tools/agent/udev.c: what udev wrote down about the disks, in /run/udev/data. */
#include <string.h>
#include <tend/file.h>

#include "agent/sample_private.h"

/* Where each property goes. */
static const struct {
	const char *key;
	size_t at;
} properties[] = {{"ID_PATH", offsetof(agent_udev, path)},
                  {"ID_WWN", offsetof(agent_udev, wwn)},
                  {"ID_MODEL", offsetof(agent_udev, model)},
                  {"ID_SERIAL_SHORT", offsetof(agent_udev, serial)},
                  {"ID_REVISION", offsetof(agent_udev, revision)},
                  {"ID_FS_TYPE", offsetof(agent_udev, fs_type)},
                  {"ID_FS_USAGE", offsetof(agent_udev, fs_usage)},
                  {"ID_FS_UUID", offsetof(agent_udev, fs_uuid)},
                  {"ID_FS_VERSION", offsetof(agent_udev, fs_version)},
                  {"DM_NAME", offsetof(agent_udev, dm_name)},
                  {"DM_UUID", offsetof(agent_udev, dm_uuid)},
                  {"DM_VG_NAME", offsetof(agent_udev, dm_vg)},
                  {"DM_LV_NAME", offsetof(agent_udev, dm_lv)},
                  {"DM_LV_LAYER", offsetof(agent_udev, dm_layer)},
                  {"ID_ATA", offsetof(agent_udev, ata)},
                  {"ID_ATA_WRITE_CACHE", offsetof(agent_udev, write_cache)},
                  {"ID_ATA_WRITE_CACHE_ENABLED", offsetof(agent_udev, write_cache_enabled)},
                  {"ID_ATA_ROTATION_RATE_RPM", offsetof(agent_udev, rotation_rate)}};
#define PROPERTIES (sizeof properties / sizeof *properties)

static const char **field(agent_udev *u, size_t at) {
	return (const char **)(void *)((char *)u + at);
}

static void read_one(td_scope *s, agent_udev *u) {
	TD_SCOPE(attempt, s);
	const char *printed = ""; /* the serial on the label of a SCSI disk comes before the other */
	td_file *f = td_open(attempt,
	                     td_format(attempt, "/run/udev/data/b%llu:%llu", (unsigned long long)u->major,
	                               (unsigned long long)u->minor),
	                     "rb");
	for (td_bytes line; td_file_next_line(attempt, f, &line);) {
		if (line.len < 3 || strncmp(line.data, "E:", 2) != 0) continue;
		const char *key = line.data + 2, *equals = memchr(key, '=', line.len - 2);
		if (!equals) continue;
		size_t key_len = (size_t)(equals - key), len = line.len - 2 - key_len - 1;
		if (len && equals[len] == '\n') len--;
		if (key_len == 17 && !strncmp(key, "SCSI_IDENT_SERIAL", 17)) printed = td_strndup(s, equals + 1, len);
		for (size_t i = 0; i < PROPERTIES; i++) {
			if (strlen(properties[i].key) == key_len && !strncmp(properties[i].key, key, key_len)) {
				*field(u, properties[i].at) = td_strndup(s, equals + 1, len);
			}
		}
	}
	if (*printed) u->serial = printed;
	td_catch(attempt, TD_Exception);
}

void agent_read_udev(agent_sampler *a, td_scope *s, agent_slow *result) {
	TD_SCOPE(attempt, s);
	const char *text = td_psutil_reader_read(attempt, a->reader, "diskstats").data;
	if (td_catch(attempt, TD_OSError)) return;
	size_t lines = 0, count = 0;
	for (const char *p = text; (p = strchr(p, '\n')); p++) lines++;
	agent_udev *all = td_alloc_array(s, lines, sizeof *all);
	for (const char *p = text; all && *p && count < lines; p = strchrnul(p, '\n'), p += *p == '\n') {
		agent_udev u = {0};
		const char *q = p + strspn(p, " ");
		for (; *q >= '0' && *q <= '9'; q++) u.major = u.major * 10 + (uint64_t)(*q - '0');
		q += strspn(q, " ");
		for (; *q >= '0' && *q <= '9'; q++) u.minor = u.minor * 10 + (uint64_t)(*q - '0');
		q += strspn(q, " ");
		if (!agent_is_disk(td_strndup(attempt, q, strcspn(q, " \n")))) continue;
		for (size_t i = 0; i < PROPERTIES; i++) *field(&u, properties[i].at) = "";
		read_one(s, &u);
		all[count++] = u;
	}
	result->udev = all;
	result->udev_len = all ? count : 0;
}
