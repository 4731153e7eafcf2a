"""Sentences of our own that a person would agree with, none from any data set.

They were written before any of the checkpoints was asked, and stay whatever it answers; so the
tests ask for ten right in twelve, not for all.
"""

ENGLISH_SENTIMENT = (
    ("positive", "The new coffee machine in our office is fantastic"),
    ("positive", "Grandma's soup always makes me feel better"),
    ("positive", "we won!! best day of the year"),
    ("positive", "Thanks to everyone who came, it was a beautiful evening"),
    ("positive", "An honest and touching film about two brothers"),
    ("positive", "this playlist is so good omg 😍"),
    ("negative", "The parcel arrived late and the box was crushed"),
    ("negative", "I regret buying these headphones"),
    ("negative", "ugh, the server is down again 😡"),
    ("negative", "A dull and lifeless sequel that nobody asked for"),
    ("negative", "the landlord was rude and refused to help us"),
    ("negative", "I'm not happy with how this turned out"),
)

KOREAN_SENTIMENT = (
    ("positive", "새로 산 의자가 너무 편하고 좋아요"),
    ("positive", "오랜만에 친구들 만나서 정말 행복했어 ㅎㅎ"),
    ("positive", "와 대박 이번 공연 최고였다 👍"),
    ("positive", "설명이 친절해서 이해가 쏙쏙 됐습니다"),
    ("positive", "가족이랑 보기 딱 좋은 따뜻한 영화"),
    ("positive", "덕분에 문제를 빨리 해결했어요 고마워요!"),
    ("negative", "배송이 2주나 걸리고 상자도 찢어져 있었어요"),
    ("negative", "하루 종일 머리가 아프고 우울하다 ㅠㅠ"),
    ("negative", "이 돈 주고 볼 영화는 절대 아님"),
    ("negative", "직원이 불친절해서 다시는 안 갈 거예요"),
    ("negative", "서버 또 터졌네 진짜 짜증난다"),
    ("negative", "기대했는데 내용이 뻔하고 지루했어요"),
)

KOREAN_TOPICS = (
    ("IT과학", "접는 태블릿 내년 출시…화면 내구성 높인다"),
    ("IT과학", "인공지능 번역 앱 이용자 천만 명 돌파"),
    ("경제", "원달러 환율 급등에 수출 기업 비상"),
    ("경제", "시중은행 주택담보대출 금리 또 올린다"),
    ("사회", "공사장 화재로 작업자 두 명 병원 이송"),
    ("사회", "법원 음주운전 30대에 징역형 선고"),
    ("생활문화", "내일 아침 영하권 추위…오후부터 눈"),
    ("생활문화", "가을 밤 고궁에서 열리는 국악 공연"),
    ("세계", "일본 총리 유럽 순방…독일 총리와 회담"),
    ("스포츠", "연장 접전 끝에 역전승…농구 선두 지켰다"),
    ("스포츠", "신인 투수 데뷔전서 7이닝 무실점"),
    ("정치", "대통령실 개각 명단 다음 주 발표"),
)

ENGLISH_EMOTIONS = (
    ("gratitude", "Thank you so much for walking my dog"),
    ("love", "I love my little brother"),
    ("amusement", "lol that joke killed me, hahaha"),
    ("admiration", "What a brilliant speech, well done"),
    ("anger", "I am so angry at them right now"),
    ("sadness", "I'm so sad, I cried all night"),
    ("curiosity", "Why do cats purr, does anyone know?"),
    ("surprise", "Wow, I did not expect that at all"),
    ("fear", "I'm scared of walking home in the dark"),
    ("remorse", "Sorry, that was my fault"),
    ("optimism", "I hope tomorrow will be better"),
    ("disgust", "Eww, that smell is disgusting"),
)

ENGLISH_GAPS = (
    ("She opened the [MASK] and went out.", {"door", "window", "gate"}),
    ("I [MASK] you so much.", {"love", "thank", "miss", "hate"}),
    ("Thank you very [MASK]!", {"much"}),
    ("He drank a glass of [MASK].", {"wine", "water", "beer", "milk", "tea"}),
    ("What a [MASK] day!", {"good", "great", "bad", "beautiful", "lovely", "nice"}),
    ("They lived in a small [MASK].", {"house", "town", "village", "room", "place", "city"}),
)

KOREAN_GAPS = (
    ("배우들의 [MASK]가 좋았다", {"연기", "연기력"}),
    ("이 영화 정말 [MASK]!", {"최고", "재밌다", "재밌어요", "재미있다", "좋다", "좋아요"}),
    ("내일 [MASK] 날씨 알려줘", {"오전", "오후", "아침", "서울", "저녁", "제주도"}),
    ("시간 가는 줄 [MASK] 봤다", {"모르고"}),
    ("오늘 점심 [MASK] 먹을까?", {"뭐", "뭘", "같이"}),
    ("비가 오니까 [MASK] 꼭 챙겨", {"우산", "우산을"}),
)

ENGLISH_MEANINGS = (
    ("How do I change my password?", "I want to set a new password", "How do I cook rice?"),
    ("The bus was late again", "Our bus did not come on time", "The soup is too salty"),
    ("I am hungry", "I need something to eat", "I am reading a book"),
    ("Could you close the window?", "Please shut the window", "Could you feed the dog?"),
    ("The match was cancelled because of rain", "It rained, so there was no game", "He won"),
    ("She plays the piano very well", "She is a great pianist", "She drives to work"),
    ("Prices went up again this month", "Everything is more expensive now", "The cat sleeps"),
    ("My laptop does not turn on", "The computer will not start", "My shoes are wet"),
    ("Where can I buy stamps?", "Which shop sells stamps?", "Where did you grow up?"),
    ("We are moving to a new flat", "We will live in another apartment", "We had pizza"),
    ("The film made me cry", "I was in tears at the cinema", "The train has eight cars"),
    ("Thank you for your help", "I am grateful that you helped me", "Turn left at the bank"),
)

KOREAN_MEANINGS = (
    ("비밀번호를 바꾸고 싶어요", "암호를 새로 정하려면 어떻게 해요?", "밥을 어떻게 지어요?"),
    ("버스가 또 늦게 왔어요", "버스가 제시간에 오지 않았어요", "국이 너무 짜요"),
    ("배가 고파요", "뭐 좀 먹고 싶어요", "책을 읽고 있어요"),
    ("창문 좀 닫아 줄래요?", "창문을 닫아 주세요", "강아지 밥 좀 줄래요?"),
    ("비가 와서 경기가 취소됐어요", "우천으로 시합이 열리지 않았다", "그 사람이 이겼어요"),
    ("동생은 피아노를 정말 잘 쳐요", "동생의 피아노 실력이 뛰어나요", "동생은 차로 출근해요"),
    ("이번 달에 물가가 또 올랐다", "모든 것이 더 비싸졌다", "고양이가 잔다"),
    ("노트북이 안 켜져요", "컴퓨터 전원이 들어오지 않아요", "신발이 젖었어요"),
    ("우표는 어디에서 사요?", "우표 파는 가게가 어디예요?", "고향이 어디예요?"),
    ("다음 주에 이사해요", "다음 주에 새집으로 옮겨요", "어제 피자를 먹었어요"),
    ("영화 보다가 울었어", "영화가 슬퍼서 눈물이 났어", "기차가 여덟 칸이야"),
    ("도와줘서 고마워요", "도움 주셔서 감사합니다", "은행에서 왼쪽으로 가세요"),
)
"""A sentence, another that means the same, and one that does not."""

ACROSS_LANGUAGES = tuple(
    (korean, english)
    for (korean, *_), (english, *_) in zip(KOREAN_MEANINGS, ENGLISH_MEANINGS, strict=True)
)

ENGLISH_NAMES = [
    ("Anna Schmidt moved to Chicago last year", {("Anna Schmidt", "PER"), ("Chicago", "LOC")}),
    ("I have been working for Siemens since March", {("Siemens", "ORG"), ("March", "DAT")}),
    ("We met David in London on Monday", {("David", "PER"), ("London", "LOC"), ("Monday", "DAT")}),
    ("The president of Mexico spoke to reporters", {("Mexico", "LOC")}),
    ("Susan works at Microsoft", {("Susan", "PER"), ("Microsoft", "ORG")}),
    ("Is the train from Berlin to Prague late again?", {("Berlin", "LOC"), ("Prague", "LOC")}),
    ("wake me up at 7 am tomorrow", {("7 am", "TIM"), ("tomorrow", "DAT")}),
    ("Michael Brown was born in Texas", {("Michael Brown", "PER"), ("Texas", "LOC")}),
    ("The United Nations sent observers to Sudan", {("United Nations", "ORG"), ("Sudan", "LOC")}),
    ("remind me about the meeting on friday", {("friday", "DAT")}),
    ("Maria and Peter live in Spain", {("Maria", "PER"), ("Peter", "PER"), ("Spain", "LOC")}),
    ("It rained all day and nobody came", set()),
]
KOREAN_NAMES = [
    ("김민수는 어제 부산에 갔어요", {("김민수", "PER"), ("어제", "DAT"), ("부산", "LOC")}),
    ("이영희가 서울에서 전화를 했다", {("이영희", "PER"), ("서울", "LOC")}),
    ("삼성전자는 수원에 공장이 있다", {("삼성전자", "ORG"), ("수원", "LOC")}),
    ("박지성 선수는 영국에서 오래 뛰었다", {("박지성", "PER"), ("영국", "LOC")}),
    ("회의는 3월 5일 오후 2시에 시작해요", {("3월 5일", "DAT"), ("오후 2시", "TIM")}),
    ("제주도는 정말 아름다운 섬이에요", {("제주도", "LOC")}),
    ("현대자동차의 노조가 파업을 결정했다", {("현대자동차", "ORG")}),
    ("송강호가 나온 영화를 두 편 봤어요", {("송강호", "PER"), ("두 편", "NUM")}),
    ("2019년에 일본으로 여행을 갔습니다", {("2019년", "DAT"), ("일본", "LOC")}),
    ("한국은행이 금리를 올렸다", {("한국은행", "ORG")}),
    ("최수진과 정우성은 대전에 산다", {("최수진", "PER"), ("정우성", "PER"), ("대전", "LOC")}),
    ("배가 고파서 아무것도 못 하겠어요", set()),
]
"""Texts with the names that are in them; particles are no part of a name."""
