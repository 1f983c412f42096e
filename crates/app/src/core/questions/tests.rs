//! Questions and answers, without a server: who is asked about, how often, and what an answer is good for.

use codec_server::{ClientProcess, Operation};
use tokio::task::JoinHandle;

use super::*;

fn questions() -> Questions {
    let questions = Questions::default();
    questions.ask_in(|| true, || None);
    questions.follow(&on());
    questions
}

fn on() -> ConsentSettings {
    ConsentSettings {
        on: true,
        ..ConsentSettings::default()
    }
}

fn of_page(origin: &str, namespace: &str) -> Question {
    Question {
        asker: Asker::Page(origin.to_owned()),
        process: ClientProcess::default(),
        client: "browser",
        who: None,
        namespace: Namespace::new(namespace),
        operation: Operation::Decode,
        n_payloads: Some(1),
    }
}

fn ask(questions: &Questions, question: Question) -> JoinHandle<ConsentAnswer> {
    tokio::spawn(questions.ask(question))
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flood_makes_one_question_and_few_of_each_who_asks_and_in_all() {
    let questions = questions();
    let flood: Vec<_> = (0..200)
        .map(|_| ask(&questions, of_page("http://a.test", "one")))
        .collect();
    settle().await;
    let open = questions.open();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].n_waiting, open[0].n_requests), (200, 200));
    // Of other Namespaces, too, there are few, and the page leaves room for others.
    let more: Vec<_> = (0..200)
        .map(|n| ask(&questions, of_page("http://a.test", &format!("ns-{n}"))))
        .collect();
    settle().await;
    assert_eq!(questions.open().len(), MAX_OF_ONE);
    for n in 0..20 {
        drop(ask(
            &questions,
            of_page(&format!("http://{n}.test"), "default"),
        ));
    }
    settle().await;
    assert_eq!(questions.open().len(), MAX_OPEN);
    // Nobody waits any more, and the questions are still there to be answered.
    for one in flood.into_iter().chain(more) {
        one.abort();
    }
    settle().await;
    assert_eq!(questions.open()[0].n_waiting, 0);
    questions.withdraw(ConsentAnswer::NotGiven);
    assert!(questions.open().is_empty());
}

#[tokio::test]
async fn each_namespace_of_a_page_has_its_question_and_its_answer() {
    let questions = questions();
    let first = ask(&questions, of_page("http://a.test", "one"));
    let second = ask(&questions, of_page("http://a.test", "two"));
    settle().await;
    // The first is left for later, which holds nothing up.
    let open = questions.open();
    let namespaces: Vec<_> = open.iter().map(|open| &open.subject.namespace).collect();
    assert_eq!(
        namespaces,
        [&Some("one".to_owned()), &Some("two".to_owned())]
    );
    questions.answer(open[1].number, Said::Never);
    assert_eq!(second.await.ok(), Some(ConsentAnswer::Denied));
    questions.answer(open[0].number, Said::ForAnHour);
    assert_eq!(first.await.ok(), Some(ConsentAnswer::Allowed));
    let again = ask(&questions, of_page("http://a.test", "one")).await;
    assert_eq!(again.ok(), Some(ConsentAnswer::Allowed));
    let (subject, left) = questions.for_a_time().remove(0);
    assert!(left <= HOUR && left > HOUR / 2);
    assert!(questions.forget(&subject));
    let other = Asker::Page("http://a.test".to_owned());
    assert_eq!(
        questions.known(&other, Namespace::new("one").as_ref()),
        None
    );
}

#[tokio::test]
async fn whoever_finds_no_room_of_its_page_has_its_turn() {
    let questions = questions();
    let of = |n: usize| of_page("http://a.test", &format!("ns-{n}"));
    let mut asked: Vec<_> = (0..MAX_OF_ONE).map(|n| ask(&questions, of(n))).collect();
    settle().await;
    let late = ask(&questions, of(MAX_OF_ONE));
    settle().await;
    let has_last = |questions: &Questions| {
        let open = questions.open();
        assert_eq!(open.len(), MAX_OF_ONE);
        let last = Some(format!("ns-{MAX_OF_ONE}"));
        open.into_iter().find(|open| open.subject.namespace == last)
    };
    assert!(has_last(&questions).is_none());
    // A question that nobody waits for any more makes room for one that somebody waits for.
    asked.remove(0).abort();
    settle().await;
    let its = has_last(&questions).expect("its turn");
    questions.answer(its.number, Said::Once);
    assert_eq!(late.await.ok(), Some(ConsentAnswer::Allowed));
    // So does one that is answered; and where all is over, it is over for who waits for a turn.
    let of_others: Vec<_> = (10..13).map(|n| ask(&questions, of(n))).collect();
    settle().await;
    let first = questions.open().remove(0);
    questions.answer(first.number, Said::Never);
    settle().await;
    assert_eq!(questions.open().len(), MAX_OF_ONE);
    questions.withdraw(ConsentAnswer::Shut(Shut::Locked));
    for one in of_others {
        let answer = one.await.ok();
        assert_eq!(answer, Some(ConsentAnswer::Shut(Shut::Locked)));
    }
}

#[tokio::test]
async fn nobody_is_asked_while_nothing_is_opened() {
    for shut in [Shut::Locked, Shut::Paused, Shut::KeyFile] {
        let questions = Questions::default();
        questions.ask_in(|| true, move || Some(shut));
        questions.follow(&on());
        let answer = questions.ask(of_page("http://a.test", "one")).await;
        assert_eq!(answer, ConsentAnswer::Shut(shut));
        assert!(questions.open().is_empty());
    }
}

#[tokio::test]
async fn once_is_for_those_who_wait() {
    let questions = questions();
    let waits = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    questions.answer(questions.open()[0].number, Said::Once);
    assert_eq!(waits.await.ok(), Some(ConsentAnswer::Allowed));
    let next = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    assert_eq!(questions.open().len(), 1, "asked again");
    // Told to look at the app, and gone meanwhile.
    next.abort();
    settle().await;
    questions.answer(questions.open()[0].number, Said::Once);
    let again = ask(&questions, of_page("http://a.test", "one")).await;
    assert_eq!(again.ok(), Some(ConsentAnswer::Allowed));
}

#[tokio::test]
async fn what_the_settings_say_counts_at_once_and_without_a_window_nobody_is_asked() {
    let questions = questions();
    let waits = ask(&questions, of_page("http://a.test", "one"));
    settle().await;
    let mut settings = on();
    settings.remember(RememberedAnswer {
        subject: questions.open()[0].subject.clone(),
        allow: true,
    });
    questions.follow(&settings);
    assert_eq!(waits.await.ok(), Some(ConsentAnswer::Allowed));

    let headless = Questions::default();
    headless.follow(&settings);
    let stranger = headless.ask(of_page("http://b.test", "one")).await;
    assert_eq!(stranger, ConsentAnswer::NoWindow);
    let known = headless.ask(of_page("http://a.test", "one")).await;
    assert_eq!(known, ConsentAnswer::Allowed);
}
