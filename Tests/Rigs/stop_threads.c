// Holds threads of a process by ptrace, so that they stand still while the others go on: a wedge that no program of ours has.
//   stop_threads PID NAME...     holds every thread whose name begins with one of these, says so, and waits for its own end.
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int is_meant(const char *task, int count, char **names) {
    char path[420], name[32] = "";
    snprintf(path, sizeof path, "%s/comm", task);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    int got = fgets(name, sizeof name, file) != NULL;
    fclose(file);
    for (int i = 0; got && i < count; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0) return 1;
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    char folder[64], task[400];
    snprintf(folder, sizeof folder, "/proc/%s/task", arguments[1]);
    DIR *tasks = opendir(folder);
    if (!tasks) return 66;
    int held = 0;
    for (struct dirent *entry; (entry = readdir(tasks));) {
        long thread = atol(entry->d_name);
        snprintf(task, sizeof task, "%s/%s", folder, entry->d_name);
        if (thread <= 0 || !is_meant(task, count - 2, arguments + 2)) continue;
        if (ptrace(PTRACE_SEIZE, thread, 0, 0) == 0 && ptrace(PTRACE_INTERRUPT, thread, 0, 0) == 0) held++;
    }
    closedir(tasks);
    printf("held %d\n", held);
    fflush(stdout);
    // Takes note of each end, without which the process would stay until this one has gone.
    while (waitpid(-1, NULL, __WALL) > 0) {}
    return held > 0 ? 0 : 1;
}
