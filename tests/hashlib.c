/* Digests, base64 and secrets: what the oracle does not ask. */
#include <fcntl.h>
#include <string.h>
#include <tend.h>
#include <unistd.h>

#include "crypto/hash.h"

TD_TEST(TestHashlib, test_a_stream_is_the_whole_and_goes_on_after_its_digest) {
	static const char *const names[] = {"sha256", "blake2b", "blake2s", "md5", "sha3_512"};
	char data[1000];
	for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 31);
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		td_hash *stream = td_hashlib_new(t, names[n]);
		for (size_t i = 0; i < sizeof data; i += 7) {
			size_t size = sizeof data - i < 7 ? sizeof data - i : 7;
			td_hash_update(t, stream, (td_bytes){data + i, size});
			if (i % 70 == 0) td_hash_hexdigest(t, stream);
		}
		td_hash *copy = td_hash_copy(t, stream);
		td_hash_update(t, copy, td_bytes_of("more"));
		td_hash *whole = td_hashlib_new(t, names[n], .data = {data, sizeof data});
		td_unittest_assert_equal(t, td_hash_hexdigest(t, stream), td_hash_hexdigest(t, whole));
		td_unittest_assert_not_equal(t, td_hash_hexdigest(t, copy), td_hash_hexdigest(t, whole));
	}
}

static int64_t told;

static void progress(void *arg, int64_t done, int64_t total) {
	told = done;
	*(int64_t *)arg = total;
}

TD_TEST(TestHashlib, test_a_file_and_how_far_it_is) {
	char block[1000];
	memset(block, 'x', sizeof block);
	int fd = open("data", O_CREAT | O_WRONLY, 0600);
	for (int i = 0; i < 500; i++) td_unittest_assert_equal(t, write(fd, block, sizeof block), 1000);
	close(fd);
	int64_t total = 0;
	td_hash *sum = td_hashlib_file_digest(t, "data", "sha256", .progress = progress, .progress_arg = &total);
	td_unittest_assert_equal(t, td_hash_hexdigest(t, sum),
	                         "c7adf6280412b3f9acbd4759796fdb295f7894b4a2a7a9d3412b3c72d2434442");
	td_unittest_assert_equal(t, total, 500000);
	td_unittest_assert_equal(t, told, 500000);
}

TD_TEST(TestHashlib, test_errors) {
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_hashlib_file_digest(c, "nowhere", "md5"));
	td_unittest_assert_raises(t, TD_IsADirectoryError, td_hashlib_file_digest(c, ".", "md5"));
	td_unittest_assert_raises_message(t, TD_ValueError, "unsupported hash type nope", td_hashlib_new(c, "nope"));
	td_unittest_assert_raises(t, TD_TypeError, td_hashlib_sha256(c, .key = td_bytes_of("k")));
	td_unittest_assert_raises(t, TD_TypeError, td_hash_hexdigest(c, NULL));
	td_unittest_assert_raises(t, TD_TypeError, td_hash_update(c, td_hashlib_md5(c), ((td_bytes){NULL, 0})));
	td_unittest_assert_equal(t, td_hashlib_algorithms_guaranteed(t).len, 14);
}

TD_TEST(TestSecrets, test_tokens_have_their_lengths) {
	td_unittest_assert_equal(t, strlen(td_secrets_token_hex(t)), 64);
	td_unittest_assert_equal(t, strlen(td_secrets_token_hex(t, .nbytes = TD_INT(5))), 10);
	td_unittest_assert_equal(t, strlen(td_secrets_token_urlsafe(t)), 43);
	td_unittest_assert_equal(t, td_secrets_token_bytes(t, .nbytes = TD_INT(0)).len, 0);
	td_unittest_assert_equal(t, td_secrets_token_bytes(t, .nbytes = TD_INT(1000)).len, 1000);
	td_unittest_assert_not_equal(t, td_secrets_token_hex(t), td_secrets_token_hex(t));
	td_unittest_assert_raises(t, TD_ValueError, td_secrets_token_hex(c, .nbytes = TD_INT(-1)));
}

/* Chi squared of 10 choices has 9 degrees of freedom: above 60 once in a billion runs. */
static bool is_uniform(const int *counts, int n, int of) {
	double expected = (double)of / n, chi = 0;
	for (int i = 0; i < n; i++) chi += (counts[i] - expected) * (counts[i] - expected) / expected;
	return chi < 60;
}

TD_TEST(TestSecrets, test_choices_are_without_bias) {
	int below[10] = {0}, chosen[10] = {0};
	for (int i = 0; i < 20000; i++) below[td_secrets_randbelow(t, 10)]++;
	const char *text = td_secrets_string(t, 20000, TD_DIGITS);
	for (int i = 0; i < 20000; i++) chosen[text[i] - '0']++;
	td_unittest_assert_true(t, is_uniform(below, 10, 20000));
	td_unittest_assert_true(t, is_uniform(chosen, 10, 20000));
}

TD_TEST(TestSecrets, test_choice_shuffle_and_errors) {
	td_strs list = td_strs_of(t, "a", "b", "c");
	for (int i = 0; i < 50; i++) td_unittest_assert_true(t, td_strs_contains(list, td_secrets_choice(t, list)));
	int items[100], sum = 0, moved = 0;
	for (int i = 0; i < 100; i++) items[i] = i;
	td_secrets_shuffle(t, items, 100, sizeof *items);
	for (int i = 0; i < 100; i++) {
		sum += items[i];
		moved += items[i] != i;
	}
	td_unittest_assert_equal(t, sum, 4950);
	td_unittest_assert_greater(t, moved, 50);
	td_unittest_assert_equal(t, td_secrets_randbelow(t, 1), 0);
	td_unittest_assert_raises(t, TD_IndexError, td_secrets_choice(c, (td_strs){0}));
	td_unittest_assert_raises(t, TD_ValueError, td_secrets_randbelow(c, 0));
	td_unittest_assert_raises(t, TD_IndexError, td_secrets_string(c, 3, ""));
}

/* Both ways to SHA-256, where this processor has the two: its own instructions, and OpenSSL. */
TD_TEST(TestHashlib, test_sha256_of_the_processor_is_that_of_openssl) {
	if (!td__sha256_here()) td_unittest_skip_test(t, "this processor has no SHA extensions");
	static const char *const names[] = {"sha224", "sha256"};
	char data[1000];
	for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 131 >> 3);
	for (size_t n = 0; n < 2; n++) {
		const EVP_MD *md = td__hash_md(t, td__hash_known(names[n]));
		EVP_MD_CTX *theirs = td__crypto.ctx_new();
		for (size_t size = 0; size < sizeof data; size++) {
			unsigned char expected[32];
			td__crypto.init(theirs, md, NULL);
			td__crypto.update(theirs, data, size);
			td__crypto.final(theirs, expected, NULL);
			TD_SCOPE(one, t);
			td_hash *ours = td_hashlib_new(one, names[n], .data = {data, size / 3});
			td_hash_update(one, ours, (td_bytes){data + size / 3, size - size / 3});
			td_unittest_assert_equal(one, memcmp(td_hash_digest(one, ours).data, expected, td_hash_digest_size(ours)),
			                         0);
		}
		td__crypto.ctx_free(theirs);
	}
}

TD_TEST(TestHashlib, test_a_file_is_read_once_for_several_digests) {
	td_path_write_text(t, "data", "some text");
	td_hash *hashes[] = {td_hashlib_sha256(t), td_hashlib_md5(t), td_hashlib_blake2b(t, .digest_size = TD_INT(16))};
	td_unittest_assert_equal(t, td_hash_update_from(t, hashes, 3, "data"), 9);
	td_hash *again = td_hashlib_md5(t, .data = td_bytes_of("some text"));
	td_unittest_assert_equal(t, td_hash_hexdigest(t, hashes[1]), td_hash_hexdigest(t, again));
	int fd = open("data", O_RDONLY);
	td_unittest_assert_equal(t, lseek(fd, 5, SEEK_SET), 5);
	td_hash *rest = td_hashlib_md5(t), *text = td_hashlib_md5(t, .data = td_bytes_of("text"));
	td_unittest_assert_equal(t, td_hash_update_from(t, &rest, 1, "data", .fd = TD_INT(fd)), 4);
	close(fd);
	td_unittest_assert_equal(t, td_hash_hexdigest(t, rest), td_hash_hexdigest(t, text));
	td_file *f = td_open(t, "data", "rb");
	td_file_seek(t, f, 5);
	td_unittest_assert_equal(t, td_hash_hexdigest(t, td_hashlib_fileobj_digest(t, f, "md5")),
	                         td_hash_hexdigest(t, text));
}

TD_TEST(TestHashlib, test_a_pipe_is_waited_for_no_longer_than_the_deadline) {
	int ends[2];
	td_unittest_assert_equal(t, pipe(ends), 0);
	TD_SCOPE(short_time, t, .timeout = 0.05);
	td_hash *hash = td_hashlib_sha256(short_time);
	td_hash_update_from(short_time, &hash, 1, "the pipe", .fd = TD_INT(ends[0]));
	td_unittest_assert_true(t, td_catch(short_time, TD_TimeoutError) != NULL);
	close(ends[0]);
	close(ends[1]);
}

/* What has no size, and what grows: nothing is taken for the end but the end. */
TD_TEST(TestHashlib, test_a_file_of_proc_that_says_it_is_empty) {
	td_bytes content = td_path_read_bytes(t, "/proc/version");
	td_hash *expected = td_hashlib_sha256(t, .data = content);
	td_unittest_assert_greater(t, content.len, 0);
	td_unittest_assert_equal(t, td_hash_hexdigest(t, td_hashlib_file_digest(t, "/proc/version", "sha256")),
	                         td_hash_hexdigest(t, expected));
}
