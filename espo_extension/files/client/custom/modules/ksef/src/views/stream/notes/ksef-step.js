/** One step of a certificate's record in the reader's language. */
define('modules/ksef/views/stream/notes/ksef-step', [
    'views/stream/note',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (StreamNote, MessageText, {element}) => class extends StreamNote {
    templateContent = `
        <div class="stream-head-container">
            <div class="pull-left">{{{avatar}}}</div>
            <div class="stream-head-text-container">
                <span class="text-muted message">{{{message}}}</span>
            </div>
        </div>
        {{#if explanation}}<div class="stream-post-container">{{explanation}}${MessageText.linkTemplate}</div>{{/if}}
        <div class="stream-date-container"><span class="text-muted small">{{{createdAt}}}</span></div>`

    init() {
        // What happened is not edited.
        this.options.noEdit = true;
        super.init();
    }

    setup() {
        super.setup();

        const {step, params, record, explanation} = this.model.get('data');
        const texts = MessageText.of(this);

        this.messageName = `ksefStep_${step}`;
        this.told = explanation ? {explanation: texts.of(explanation), ...texts.linkOf(explanation.code)} : {};

        for (const [name, value] of Object.entries(params || {})) {
            this.messageData[name] = element('span', '', texts.parameter(name, value));
        }

        if (record) {
            this.messageData.record = this.link(record);
        }

        this.createMessage();
    }

    data() {
        return {...super.data(), ...this.told};
    }

    link({entityType, id, name}) {
        const made = element('a', '', name || id);

        made.href = `#${entityType}/view/${id}`;

        return made;
    }
});
