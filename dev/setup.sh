# What ./run and ./test share. Each step says what it does and how long it took.

export SQLX_OFFLINE=true

# stage <name> <command...>: runs a step and prints its time.
stage() {
    local name=$1 began=$SECONDS
    shift
    printf '── %s\n' "$name"
    "$@"
    printf '── %s: %d s\n' "$name" $((SECONDS - began))
}

target_dir() { printf '%s' "${CARGO_TARGET_DIR:-target}"; }

# Installs the Debian packages that are missing; without root, says which.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" != 0 ]; then
        echo "Please install as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The toolchain by rustup, which reads rust-toolchain.toml for target and components. Debian has rustup since 13;
# before that it comes from its own site.
install_rust() {
    [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
    if ! command -v rustup >/dev/null; then
        if apt-cache policy rustup 2>/dev/null | grep -q 'Candidate: [0-9]'; then
            install_packages rustup
        else
            echo "Installing rustup"
            curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --quiet --profile minimal --default-toolchain none
            . "$HOME/.cargo/env"
        fi
    fi
    rustup show active-toolchain >/dev/null 2>&1 || rustup toolchain install
    rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
    rustc --version
}

# The S3 service that tests start, in a virtual environment of Python beside what cargo builds.
install_s3_server() {
    local folder list=dev/s3-server.txt
    folder="$(target_dir)/s3-server"
    cmp -s "$list" "$folder/installed.txt" && return
    rm -rf "$folder"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps -r "$list" || {
        echo "The S3 service that tests start cannot be installed: the packages of $list come from the index of Python packages" >&2
        return 1
    }
    cp "$list" "$folder/installed.txt"
}

# site_dir <wasm or production>: where the site of a profile stands.
site_dir() {
    case $1 in
        wasm) printf '%s/site' "$(target_dir)" ;;
        production) printf '%s/site-production' "$(target_dir)" ;;
    esac
}

# build_site <wasm or production>: what the browser loads, for every day or as small as it gets.
build_site() {
    local how=()
    [ "$1" = production ] && how=(--production)
    # First, and not run by cargo afterwards: the server's build may hold cargo's lock by then.
    cargo build --quiet -p bundle
    cargo build --quiet --profile "$1" --target wasm32-unknown-unknown -p frontend -p render-worker
    bundle "${how[@]}" "$(target_dir)/wasm32-unknown-unknown/$1" "$(site_dir "$1")"
}

bundle() { "$(target_dir)/debug/bundle" "$@"; }

# build_all <wasm or production> <arguments of cargo build>: the site and the server, side by side.
build_all() {
    build_site "$1" &
    local site=$!
    cargo build --quiet -p server "${@:2}" || { wait $site; return 1; }
    wait $site
}
