"""Pairs of our own, shown in the card with their cosine."""

EXAMPLES = (
    ("오늘 회의는 몇 시에 시작해요?", "회의가 언제 시작하는지 알려 주세요."),
    ("배고파서 라면 끓이는 중이야", "지금 라면을 끓이고 있어"),
    ("비밀번호를 잊어버렸어요", "로그인 암호가 기억나지 않아요"),
    ("강아지가 공원에서 뛰어놀아요", "고양이가 소파에서 자요"),
    ("이 영화 정말 재미있었어요", "이 영화 정말 재미없었어요"),
    ("주말에 바다 보러 가자", "이번 주말에 바닷가에 놀러 갈까?"),
    ("주식 시장이 크게 떨어졌다", "증시가 폭락했다"),
    ("문이 안 열려요", "창문을 닫아 주세요"),
    ("커피 한 잔 주세요", "노트북 배터리가 다 됐어요"),
    ("내일 비 온대", "It is going to rain tomorrow"),
    ("How do I reset my password?", "I forgot my login details"),
    ("The cat is asleep on the sofa", "A kitten naps on the couch"),
    ("What time does the shop open?", "When do you open in the morning?"),
    ("He sold his old car", "She bought a new bicycle"),
    ("I love this song", "I hate this song"),
    ("The build fails on Windows", "It does not compile under Windows"),
    ("Turn the lights off", "Turn the lights on"),
    ("Where can I see the sunset?", "The invoice is overdue"),
    ("Thanks, that fixed it!", "It works now, thank you"),
    ("Where is the nearest station?", "가장 가까운 역이 어디예요?"),
)
