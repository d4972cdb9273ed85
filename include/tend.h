/* tend.h: all of libtend. */
#ifndef TEND_H
#define TEND_H

#include <tend/argparse.h>
#include <tend/array.h>
#include <tend/base.h>
#include <tend/base64.h>
#include <tend/curses.h>
#include <tend/difflib.h>
#include <tend/errors.h>
#include <tend/file.h>
#include <tend/futures.h>
#include <tend/hashlib.h>
#include <tend/http_server.h>
#include <tend/ipaddress.h>
#include <tend/json.h>
#include <tend/logging.h>
#include <tend/map.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/platform.h>
#include <tend/process.h>
#include <tend/prometheus_client.h>
#include <tend/psutil.h>
#include <tend/queue.h>
#include <tend/re.h>
#include <tend/scope.h>
#include <tend/secrets.h>
#include <tend/selectors.h>
#include <tend/signal.h>
#include <tend/socket.h>
#include <tend/stat.h>
#include <tend/subprocess.h>
#include <tend/tempfile.h>
#include <tend/text.h>
#include <tend/textwrap.h>
#include <tend/threading.h>
#include <tend/time.h>
#include <tend/units.h>
#include <tend/unittest.h>
#include <tend/value.h>
#include <tend/walk.h>
#include <tend/yaml.h>

#endif
