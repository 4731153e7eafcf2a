"""The serving benchmark: Tokki's engines beside the naive bot, infinity-emb and plain ONNX Runtime.

Run `python -m benchmarks.serving`; `make bench` also writes the page of this processor in
docs/figures/performance, and their index.

    words · texts     the messages: made-up languages, lengths as in a chat
    examples          texts with labels: made-up ones, and rows of public files
    checkpoints       the models, made on the spot: random bodies with a head that was fitted
    trained           the same of real weights, where the package that carries them is installed
    askers/           what answers: each runs in a process of its own (child), held by contestant
    closed_loop       callers that ask, wait and ask again
    plan · rounds     what is measured, and its order
    peak · shares     what the machine could do at best, and how much of it is used
    ways              ways to round a network, side by side
    first_answers     fresh processes
    figures · targets · machine · page · pages · real_models · tables     what comes out
"""
