/* A clock that can be set, for one process: what lies in the file $CLOCK_SHIFT, as eight bytes of
 * seconds, is added to the time of day. What only counts seconds goes on as it did. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *shift;

__attribute__((constructor)) static void look(void) {
  int file = open(getenv("CLOCK_SHIFT"), O_RDONLY);
  void *place = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
  if (place != MAP_FAILED) shift = place;
  close(file);
}

int clock_gettime(clockid_t which, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, which, now);
  int is_of_day = which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE;
  if (!failed && is_of_day && shift) now->tv_sec += *shift;
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *kept) {
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
  if (kept) *kept = exact.tv_sec;
  return exact.tv_sec;
}
