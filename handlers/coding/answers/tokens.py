"""The code of `/tokenize`: by one tokenizer, or by two side by side."""

from collections.abc import Sequence

from handlers.asking.tokenize_text import lines_in
from handlers.coding.asked import Asked
from handlers.coding.model import TokenizerCode
from handlers.coding.snippet import assigned, filled, imports, listed

_TEMPLATE = """$imports

tokenizers = {}
$tokenizers

$texts$pair
for text in texts:
    for name, tokenizer in tokenizers.items():
        # @pieces
        encoded = tokenizer(text$and_pair)
        print(name, tokenizer.convert_ids_to_tokens(encoded["input_ids"]))
        # @numbers
        print(encoded["input_ids"])
        print(encoded.get("token_type_ids"))
        # @back
        print(tokenizer.decode(encoded["input_ids"]))
"""
_LOAD = """$named
tokenizers[name] = $load

"""


def tokens_code(asked: Asked, tokenizers: Sequence[TokenizerCode]) -> str:
    """Return the code of an answer of `/tokenize`."""
    pair, language = asked.given("pair"), asked.language
    classes = ", ".join(sorted({each.tokenizer_class for each in tokenizers}))
    needed = [line for each in tokenizers for line in each.imports]
    loading = [
        filled(_LOAD, language, named=each.named, load=each.load_tokenizer.partition(" = ")[2])
        for each in tokenizers
    ]
    return filled(
        _TEMPLATE,
        language,
        imports=imports(f"from transformers import {classes}", *needed),
        tokenizers="".join(loading).rstrip("\n"),
        texts=listed("texts", lines_in(asked.query.text), language),
        pair=f"\n{assigned('pair', pair, language)}" if pair else "",
        and_pair=", pair" if pair else "",
    )
