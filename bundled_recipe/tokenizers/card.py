"""The card of an example tokenizer."""

from bundled_recipe.body.stage import LANGUAGES
from bundled_recipe.tokenizers.passages import PASSAGES
from bundled_recipe.tokenizers.styles import Style

_CARD = """---
license: cc-by-sa-4.0
library_name: transformers
language:
- ko
- en
tags:
- tokenizer
---

# {name}: a tokenizer alone, for comparing

토크나이저만 있는 예제예요. 신경망은 없어요. 같은 글을 여러 방식이 어떻게 나누는지 견줘요.

{about}

It is a `{tokenizer_class}` of transformers with {pieces:,} pieces of our own, learnt with
`train_new_from_iterator` from {passages:,} passages of each language (`python -m
bundled_recipe.tokenizers --data DIR`). It is no published model's tokenizer, and no weights belong
to it: five such examples, learnt from the same text, differ by nothing but their way.

```python
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("models/bundled/{name}")
print(tokenizer("왜 다를까요?", "Why do they differ?"))
```

## Text

{sources}
"""


def card(style: Style, pieces: int) -> str:
    """Write what it is, how it was made, and whose text it learnt from."""
    sources = [
        f"- {source.title} ({source.licence})" for each in LANGUAGES.values() for source in each
    ]
    return _CARD.format(
        name=style.name,
        about=style.about,
        tokenizer_class=type(style.untrained).__name__,
        pieces=pieces,
        passages=PASSAGES,
        sources="\n".join(sources),
    )
