/* src/net/sys_linux.h: the system calls of the network files, in one place so that faults can be put in their way. */
#ifndef TD_NET_SYS_LINUX_H
#define TD_NET_SYS_LINUX_H

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static inline int td__sys_socket(int family, int type, int proto) {
	return socket(family, type, proto);
}
static inline int td__sys_socketpair(int family, int type, int proto, int fds[2]) {
	return socketpair(family, type, proto, fds);
}
static inline int td__sys_connect(int fd, const struct sockaddr *at, socklen_t len) {
	return connect(fd, at, len);
}
static inline int td__sys_bind(int fd, const struct sockaddr *at, socklen_t len) {
	return bind(fd, at, len);
}
static inline int td__sys_listen(int fd, int backlog) {
	return listen(fd, backlog);
}
static inline int td__sys_accept4(int fd, struct sockaddr *at, socklen_t *len, int flags) {
	return accept4(fd, at, len, flags);
}
static inline ssize_t td__sys_send(int fd, const void *data, size_t len, int flags) {
	return send(fd, data, len, flags);
}
static inline ssize_t td__sys_sendmsg(int fd, const struct msghdr *message, int flags) {
	return sendmsg(fd, message, flags);
}
static inline ssize_t td__sys_recv(int fd, void *data, size_t len, int flags) {
	return recv(fd, data, len, flags);
}
static inline int td__sys_epoll_create1(int flags) {
	return epoll_create1(flags);
}
static inline int td__sys_epoll_ctl(int epoll, int op, int fd, struct epoll_event *e) {
	return epoll_ctl(epoll, op, fd, e);
}
static inline int td__sys_epoll_wait(int epoll, struct epoll_event *events, int max, int timeout) {
	return epoll_wait(epoll, events, max, timeout);
}
static inline int td__sys_close(int fd) {
	return close(fd);
}

#endif
