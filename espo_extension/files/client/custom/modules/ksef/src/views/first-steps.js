/** The checklist of the first steps, as long as no profile is connected or when it is asked for. */
define('modules/ksef/views/first-steps', [
    'view',
    'modules/ksef/certificate-files/add',
    'modules/ksef/first-steps/checklist',
    'modules/ksef/first-steps/two-ways',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/portal',
    'modules/ksef/record/action',
    'modules/ksef/signing-request/ask',
    'modules/ksef/ui/element',
], (
    View,
    addCertificates,
    checklist,
    twoWays,
    MessageText,
    connectionRemedies,
    portal,
    recordAction,
    signingRequest,
    {actionLink, element, message},
) => class extends View {
    templateContent = `
        <section class="panel panel-default" aria-labelledby="ksef-first-steps-title" hidden>
            <div class="panel-heading">
                <div class="pull-right btn-group">
                    <button type="button" class="btn btn-text btn-sm btn-icon" data-action="closeFirstSteps"
                        title="{{translate 'Close'}}" aria-label="{{translate 'Close'}}"
                    ><span class="fas fa-times" aria-hidden="true"></span></button>
                </div>
                <h4 class="panel-title" id="ksef-first-steps-title" tabindex="-1"
                >{{translate 'title' category='ksefFirstSteps' scope='Settings'}}</h4>
            </div>
            <div class="panel-body"></div>
        </section>`

    /** Tested here: its last line is seen ticked. */
    isTested = false

    setup() {
        this.addActionHandler('closeFirstSteps', () => this.close());
        this.addActionHandler('addCertificates', () => addCertificates.askWithoutProfile(this));
        this.addActionHandler('testConnection', () => this.testConnection());
        this.addActionHandler('connectBySignature', () => this.connectBySignature());
    }

    afterRender() {
        this.load();
    }

    /** Until it is put away it is shown whatever has been done, when somebody called it up in this browser. */
    get isAskedFor() {
        return this.state === 'askedFor';
    }

    get state() {
        return this.getStorage().get('state', 'ksefFirstSteps');
    }

    set state(state) {
        this.getStorage().set('state', 'ksefFirstSteps', state);
    }

    async ask() {
        this.state = 'askedFor';
        await this.load();
        this.$el.find('.panel-title').trigger('focus');
    }

    close() {
        this.isTested = false;
        this.state = 'closed';
        this.section.prop('hidden', true);
    }

    get section() {
        return this.$el.children('section');
    }

    async load() {
        if (this.state === 'closed') {
            return;
        }

        try {
            const answer = await Espo.Ajax.getRequest('KsefBridge/firstSteps', {
                whole: String(this.isAskedFor || this.isTested),
            });

            if (answer.profile) {
                await this.setProfile(answer.profile);
            }

            this.show(answer);
        } catch (xhr) {
            // EspoCRM itself says why it did not answer.
            if (xhr instanceof Error) {
                throw xhr;
            }
        }
    }

    show(answer) {
        this.answer = answer;
        this.section.prop('hidden', !answer.steps.length);
        this.section.children('.panel-body').empty().append(
            checklist.of(answer, this.getLanguage(), this.getUser().id, step => this.notesOf(step)),
        );
    }

    notesOf({text}) {
        const {bridge, profile, espocrmFolder} = this.answer;
        const texts = MessageText.of(this);

        const notes = {
            bridgeNotConfigured: () => twoWays.of(this.getLanguage(), espocrmFolder, page => texts.address(page)),
            bridgeNotReady: () => [message(bridge.message), ' ', texts.link(bridge.code)],
            noCredential: () => [portal.link(this, 'Tokens'), this.signatureLink()],
            offlineCertificate: () => profile ? [portal.link(this, 'Certificates')] : [],
            connectionFailed: () => texts.nodes({code: profile.connectionCode, params: profile.connectionParams}),
        };

        return notes[text]?.() ?? [];
    }

    /** A line has one button. */
    signatureLink() {
        return element('div', 'small', actionLink(
            this.translate('Connect by Signature', 'labels', 'KsefProfile'), 'connectBySignature',
        ));
    }

    async connectBySignature() {
        // The dialog calls the file after the NIP.
        await recordAction.readAgain(this);
        await signingRequest.ask(this, () => this.load());
    }

    /** The profile that is spoken of, as what is shared with its page takes it. */
    async setProfile({id, name, environment}) {
        this.model = await this.getModelFactory().create('KsefProfile');
        this.model.id = id;
        this.model.set({id, name, environment});
    }

    async testConnection() {
        await connectionRemedies.test(this);

        this.isTested = true;
        await this.load();
        this.trigger('connection-tested');
    }
});
