#!/usr/bin/env bash
# A small virtual machine with Debian's kernel, for scripts/try-v4l2 and scripts/try-systemd, which read this file.
# It needs no KVM and no root, and changes nothing of this machine but the folder $cache, where the kernel is kept.
# Its user has a function `say`, and $work, a folder that is removed in the end.
set -euo pipefail
: "${work:?}"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/neurond

# A set of Debian's lists of its own: those of this machine may be old or missing, and only root may fetch them.
own_apt() {
    local program=$1
    shift
    "$program" -q -o "Dir::State::Lists=$work/apt/lists" -o "Dir::Cache=$work/apt" -o APT::Sandbox::User= "$@"
}

# get_kernel: sets $kernel, a folder with boot/ and lib/modules, and $version. It is made once, whole or not at all.
get_kernel() {
    local package
    kernel=$cache/kernel
    if [ ! -d "$kernel" ]; then
        say "fetching a kernel"
        mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/kernel" "$cache"
        own_apt apt-get update >&2
        package=$(own_apt apt-cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }')
        [ -n "$package" ] || { say "apt knows no linux-image-amd64"; exit 69; }
        (cd "$work/kernel" && own_apt apt-get download "$package" >&2 && dpkg-deb -x ./*.deb . && rm ./*.deb)
        depmod -b "$work/kernel" "$(ls "$work/kernel/lib/modules")"
        # Whoever comes second leaves it at what is there.
        mv -T "$work/kernel" "$kernel.$$"
        mv -T "$kernel.$$" "$kernel" 2>/dev/null || rm -rf "$kernel.$$"
    fi
    version=$(ls "$kernel/lib/modules")
}

# put_modules FOLDER NAME...: these modules and what they need, and a file `order` of their names.
put_modules() {
    local folder=$1 module
    shift
    for module in "$@"; do
        modprobe -d "$kernel" -S "$version" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
    done | awk '!seen[$0]++' | while IFS= read -r module; do
        cp "$module" "$folder/"
        basename "$module" >>"$folder/order"
    done
}

# boot LIMIT FOLDER PORTS APPEND [OPTIONS OF QEMU...]: runs the machine with FOLDER as its first file system, at most LIMIT seconds;
# what it writes to /dev/vport0pN is in $work/portN, its console in $work/console.
boot() {
    local limit=$1 folder=$2 last=$3 append=$4 number
    local ports=()
    shift 4
    (cd "$folder" && find . | cpio --quiet -o -H newc) >"$work/initramfs"
    for number in $(seq "$last"); do
        : >"$work/port$number"
        ports+=(-chardev "file,id=c$number,path=$work/port$number" -device "virtserialport,chardev=c$number,nr=$number,name=p$number")
    done
    say "booting Linux $version"
    timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 2048 -smp 2 \
        -nodefaults -no-user-config -nographic -no-reboot -serial "file:$work/console" -device virtio-serial-pci \
        -kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initramfs" \
        -append "console=ttyS0 quiet panic=-1 mitigations=off $append" "${ports[@]}" "$@" </dev/null ||
        say "the machine did not end by itself (limit $limit s)"
}
