# The image of the product: one program for `serve`, `worker` and `migrate`, and what browsers load.
#
#     docker build --tag vitrine .
#
# `dev/image-steps` carries these very steps out in a bare Debian, without a container engine, and tries what comes out.

FROM debian:bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /source
ENV PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# What seldom changes comes first: compiler, libraries, and the toolchain of rust-toolchain.toml.
COPY dev/setup.sh dev/
COPY rust-toolchain.toml ./
RUN . dev/setup.sh && \
    install_packages build-essential ca-certificates curl libjpeg62-turbo-dev && \
    install_rust
# Crates and what was compiled of them stay in the builder's cache, so a changed line compiles what depends on it.
COPY . .
RUN --mount=type=cache,target=/root/.cargo/registry \
    --mount=type=cache,target=/source/target \
    . dev/setup.sh && \
    build_all production --release --locked && \
    mkdir -p /out && \
    strip --strip-debug -o /out/vitrine target/release/vitrine && \
    cp -R "$(site_dir production)" /out/site

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Vitrine" \
    org.opencontainers.image.description="Mockups for people who sell on marketplaces" \
    org.opencontainers.image.licenses="Apache-2.0"
# The program is linked with libc and libgcc alone, which this base has: JPEG is inside, and so are TLS and its authorities.
RUN useradd --uid 10001 --user-group --home-dir /var/lib/vitrine --no-create-home --shell /usr/sbin/nologin vitrine && \
    install --directory --owner=vitrine --group=vitrine --mode=700 /var/lib/vitrine
COPY LICENSE /usr/share/doc/vitrine/
COPY --from=build /out/vitrine /usr/local/bin/vitrine
COPY --from=build /out/site /usr/share/vitrine/site
ENV VITRINE_ENV=production \
    VITRINE_LISTEN=0.0.0.0:3000 \
    VITRINE_DATA=/var/lib/vitrine \
    VITRINE_SITE=/usr/share/vitrine/site
USER 10001:10001
WORKDIR /var/lib/vitrine
EXPOSE 3000
# The program ends jobs and requests in order, 40 s at the longest; give it 45.
STOPSIGNAL SIGTERM
# Of `serve`; a worker answers nobody. By the shell's own sockets, so that no program for HTTP has to be in the image.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["vitrine"]
CMD ["serve"]
