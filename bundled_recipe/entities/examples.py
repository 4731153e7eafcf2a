"""Sentences of our own, shown in the card with what the network finds in them, right or wrong."""

EXAMPLES = (
    "민수는 내일 오후 3시에 부산역에서 지영이를 만나기로 했어요.",
    "작년에 서울대학교를 졸업하고 지금은 한빛전자에서 일해요.",
    "김하늘 씨가 3월 2일에 제주도로 이사했대요.",
    "표가 두 장에 12,000원이래 ㅋㅋ",
    "오늘 저녁 7시 반에 강남역 앞에서 보자!",
    "국립중앙도서관은 월요일에 쉬어요.",
    "이번 달에만 회원이 40% 늘었어요.",
    "박서준이 나오는 드라마 봤어?",
    "대전에서 광주까지 두 시간쯤 걸려요.",
    "유나가 지난주 금요일에 다섯 번이나 전화했어요.",
    "Maria Lopez moved from Madrid to Oslo in 2019.",
    "Is anyone from Greenfield University coming on Friday?",
    "ask tom whether the paris office opens at 9 am",
    "We paid 45 dollars for 3 tickets.",
    "The Riverside Museum in Leeds was closed yesterday.",
    "My brother works for Northwind Airlines.",
    "Dr. Okafor will speak at 10:30 on 4 May.",
    "lol nobody told me about the game tonight",
    "The train from Busan to Seoul takes three hours.",
    "I think Jordan is visiting Jordan this summer.",
)
