"""The serving benchmark: Tokki's engines beside the naive bot and infinity-emb, in one go.

Run `python -m benchmarks.serving`; `make bench` also writes docs/performance.md.

    words · texts     the messages: made-up languages, lengths as in a chat
    checkpoints       the models, made on the spot
    askers/           what answers: each runs in a process of its own (child), held by contestant
    closed_loop       callers that ask, wait and ask again
    plan · rounds     what is measured, and its order
    peak · shares     what the machine could do at best, and how much of it is used
    first_answers     fresh processes
    figures · targets · machine · page     what comes out
"""
