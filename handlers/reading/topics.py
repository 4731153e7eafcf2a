"""What the field calls what a command does: whoever types such a word is told the command."""

from collections.abc import Mapping

from models.canonical import folded

TOPICS: Mapping[str, str] = {
    "classify": "pipeline pipelines predict logits sentiment sentimentanalysis textclassification",
    "fillmask": "mask mlm maskedlm maskedlanguagemodeling",
    "zeroshot": "nli zeroshotclassification",
    "explain": "why attention attribution saliency",
    "entities": "ner entity tokenclassification names",
    "ask": "qa answer questionanswering",
    "summarize": "summary summaries summarization tldr",
    "translate": "translation",
    "generate": "write temperature chat textgeneration completion",
    "similar": "search semanticsearch similarity cosine find",
    "vector": "embed embedding embeddings featureextraction",
    "tokenize": "token tokens tokenizer tokenizers wordpiece bpe unigram attentionmask",
    "modelinfo": "model license licence quantization onnx config autoconfig automodel",
    "models": "checkpoints",
    "dataset": "datasets",
    "dataset import": "import upload loaddataset csv",
    "dataset preview": "datasetsearch datasettexts datasetbrowse",
    "dataset edit": "datasetrename datasetlabels datasetguideline datasetchange",
    "dataset archive": "datasetdelete datasetremove datasetclose",
    "jobs": "datasetundo datasettakeback importundo progress",
    "version remove": "versiondelete",
    "dataset export": "export",
    "label": "annotate annotation vote queue conflict conflicts",
    "finetune": "train epoch epochs learningrate training trainer finetuning learn",
    "version list": "evaluate evaluation metrics accuracy leaderboard versions",
    "version export": "download savepretrained",
    "version publish": "publish pushtohub gradio demo space spaces share",
    "version promote": "promote deploy",
    "version rollback": "rollback revert",
    "hub search": "huggingface",
    "me": "privacy gdpr delete forget erase leave optout language mydata",
    "settings": "role roles permissions limits quota",
    "audit": "log",
    "web": "page pages browser dashboard",
    "분류": "파이프라인 로짓 소프트맥스 감정 감정분석 감성분석 텍스트분류 예측",
    "빈칸": "마스크 빈칸채우기 마스킹",
    "개체": "개체명 개체명인식 이름찾기",
    "질문": "질의응답 답변",
    "요약": "요약하기",
    "번역": "번역하기",
    "생성": "글쓰기 온도 채팅 대화 텍스트생성",
    "이유": "어텐션 설명",
    "비슷한글": "검색 의미검색 유사도 코사인",
    "벡터": "임베딩 특성추출",
    "토큰": "토크나이저 워드피스 유니그램 패딩 어텐션마스크 토큰화 토크나이즈",
    "모델정보": "모델 라이선스 라이센스 양자화 설정파일",
    "데이터셋 가져오기": "가져오기 업로드",
    "데이터셋 내보내기": "내보내기",
    "데이터셋 훑어보기": "데이터셋찾기 데이터셋검색 데이터셋글",
    "데이터셋 바꾸기": "데이터셋이름 데이터셋수정 데이터셋라벨 데이터셋지침",
    "데이터셋 보관": "데이터셋삭제 데이터셋지우기",
    "작업": "데이터셋되돌리기 데이터셋취소",
    "버전 지우기": "버전삭제",
    "라벨": "라벨링 투표 엇갈림 주석",
    "학습": "훈련 에폭 학습률 파인튜닝 미세조정 트레이너",
    "버전 목록": "평가 지표 정확도 순위 순위표 리더보드",
    "버전 공개": "공개 데모 그라디오 스페이스 배포",
    "버전 승격": "승격",
    "버전 되돌리기": "되돌리기 롤백",
    "허브 검색": "허깅페이스",
    "나": "개인정보 탈퇴 삭제 잊기 지우기 언어 내자료",
    "설정": "권한 역할 한도",
    "웹": "페이지 브라우저",
}
"""Full names of commands in either language, each with the words, written together.

A word behind a command that has no such action stands together with it: `datasetundo`.
"""

_MEANT = {word: name for name, words in TOPICS.items() for word in words.split()}
_JOINTS = str.maketrans("", "", "-_ ")


def topic_of(typed: str) -> str | None:
    """Return the full name of the command that somebody means by a word of the field, if any."""
    return _MEANT.get(folded(typed).translate(_JOINTS))
