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

    /** Shown whatever has been done, and also after it was closed. */
    isAskedFor = false

    setup() {
        this.addActionHandler('closeFirstSteps', () => this.close());
        this.addActionHandler('addCertificates', () => addCertificates.askWithoutProfile(this));
        this.addActionHandler('testConnection', () => this.testConnection());
        this.addActionHandler('connectBySignature', () => this.connectBySignature());
    }

    afterRender() {
        this.load();
    }

    get isClosed() {
        return this.getStorage().get('state', 'ksefFirstSteps') === 'closed';
    }

    async ask() {
        this.isAskedFor = true;
        this.getStorage().clear('state', 'ksefFirstSteps');
        await this.load();
        this.$el.find('.panel-title').trigger('focus');
    }

    close() {
        this.isAskedFor = false;
        this.getStorage().set('state', 'ksefFirstSteps', 'closed');
        this.section.prop('hidden', true);
    }

    get section() {
        return this.$el.children('section');
    }

    async load() {
        if (this.isClosed) {
            return;
        }

        try {
            const answer = await Espo.Ajax.getRequest('KsefBridge/firstSteps', {whole: String(this.isAskedFor)});

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

        // What was asked for stays, so that its last line is seen ticked.
        this.isAskedFor = true;
        await this.load();
        this.trigger('connection-tested');
    }
});
